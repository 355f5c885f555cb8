"""Addresses of the room of redaction; all of them at the desk."""

from __future__ import annotations

from django.urls import path, re_path

from shouwang.apps.redactions import desk

app_name = "redactions"
urlpatterns = [
    path("desk/redactions/", desk.home, name="list"),
    path("desk/redactions/new/", desk.new, name="new"),
    path("desk/redactions/<int:pk>/", desk.one, name="one"),
    path("desk/redactions/<int:pk>/copy", desk.copy, name="copy"),
    re_path(
        r"^desk/redactions/(?P<pk>[0-9]{1,18})/(?P<which>page|copy)/(?P<number>[0-9]{1,4})\.png$",
        desk.page,
        name="page",
    ),
    path("desk/redactions/<int:pk>/<slug:what>/", desk.step, name="step"),
]
