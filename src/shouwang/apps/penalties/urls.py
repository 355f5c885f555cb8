"""Addresses of the room of penalties: all are the desk's."""

from __future__ import annotations

from django.urls import path

from shouwang.apps.penalties import desk

app_name = "penalties"
urlpatterns = [
    path("desk/penalties/", desk.penalty_list, name="list"),
    path("desk/m/<str:number>/penalty/", desk.propose, name="propose"),
    path("desk/m/<str:number>/spot/", desk.spot, name="spot"),
    path("desk/penalties/<int:pk>/", desk.penalty, name="penalty"),
    path("desk/penalties/<int:pk>/change/", desk.change, name="change"),
    path("desk/penalties/<int:pk>/paper/<slug:kind>/", desk.paper, name="paper"),
    path("desk/penalties/<int:pk>/care/<int:key>/<slug:what>/", desk.care, name="care"),
    path("desk/penalties/<int:pk>/<slug:what>/", desk.step, name="step"),
]
