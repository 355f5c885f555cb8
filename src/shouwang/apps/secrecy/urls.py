"""Addresses of the review of withholding, all of them at the desk; the totals stand with the catalogue."""

from __future__ import annotations

from django.urls import path

from shouwang.apps.secrecy import desk

app_name = "secrecy"
urlpatterns = [
    path("desk/withheld/", desk.home, name="list"),
    path("desk/withheld/new/", desk.new, name="new"),
    path("desk/withheld/<int:pk>/", desk.one, name="one"),
    path("desk/withheld/<int:pk>/<slug:what>/", desk.step, name="step"),
]
