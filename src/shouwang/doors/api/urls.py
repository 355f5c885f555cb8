"""The desk's page of keys; the interface itself stands in `interface.py`."""

from __future__ import annotations

from django.urls import path

from shouwang.doors.api import views

app_name = "keys"
urlpatterns = [
    path("", views.keys, name="keys"),
    path("<int:pk>/revoke/", views.revoke, name="revoke"),
]
