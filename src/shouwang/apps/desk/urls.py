"""Addresses of the desk."""

from __future__ import annotations

from django.urls import path

from shouwang.apps.desk import channels, guides, views

app_name = "desk"
urlpatterns = [
    path("", views.home, name="home"),
    path("queue/", views.queue, name="queue"),
    path("alarm/", views.alarm, name="alarm"),
    path("alarm/told/", views.told, name="told"),
    path("search/", views.search, name="search"),
    path("take-in/", views.take_in, name="take-in"),
    path("duty/", views.duty_board, name="duty"),
    path("rights/", views.rights, name="rights"),
    path("channels/", channels.channels, name="channels"),
    path("channels/<int:pk>/settle/", channels.settle, name="settle"),
    path("channels/<int:pk>/unlink/", channels.unlink, name="unlink"),
    path("looks/", views.looks, name="looks"),
    path("asked-often/", guides.asked_often, name="asked-often"),
    path("m/<str:number>/", views.matter, name="matter"),
    path("m/<str:number>/more/", views.more, name="more"),
    path("m/<str:number>/look/", views.look, name="look"),
    path("m/<str:number>/taken-back/<int:seq>/", views.taken_back, name="taken-back"),
    path("m/<str:number>/typing/", views.typing, name="typing"),
    path("m/<str:number>/propose/<int:seq>/", guides.propose, name="propose"),
    path("m/<str:number>/<slug:key>/", views.act, name="act"),
]
