"""Addresses of promises, and of the desk where they are made. None takes a scorecard."""

from __future__ import annotations

from django.urls import path

from shouwang.apps.promises import desk, views

app_name = "promises"
urlpatterns = [
    path("promises/", views.promises, name="list"),
    path("promises/<int:pk>/", views.promise, name="promise"),
    path("promises/data/<str:name>", views.data_file, name="data-file"),
    path("desk/promises/", desk.home, name="desk"),
    path("desk/promises/new/", desk.new, name="desk-new"),
    path("desk/promises/<int:pk>/", desk.one, name="desk-promise"),
    path("desk/promises/<int:pk>/<str:what>/", desk.step, name="desk-step"),
]
