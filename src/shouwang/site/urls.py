"""Every address of the house."""

from __future__ import annotations

from django.urls import include, path

from shouwang.site import views

urlpatterns = [
    path("health", views.health, name="health"),
    path("reading/", views.reading, name="reading"),
    path("accounts/", include("allauth.urls")),
]

handler404 = "shouwang.site.views.not_found"
handler500 = "shouwang.site.views.went_wrong"
