"""Addresses of penalty decisions that everybody may read, and of the desk where they are written and passed."""

from __future__ import annotations

from django.urls import path

from shouwang.apps.results import desk, views

app_name = "results"
urlpatterns = [
    path("results/", views.decisions, name="list"),
    path("results/<slug:slug>/", views.decision, name="decision"),
    path("desk/results/", desk.home, name="desk"),
    path("desk/results/switch/", desk.switch, name="switch"),
    path("desk/results/of/<int:pk>/", desk.of_penalty, name="of"),
    path("desk/results/<int:pk>/", desk.one, name="desk-decision"),
    path("desk/results/<int:pk>/<slug:what>/", desk.step, name="step"),
]
