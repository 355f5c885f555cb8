"""Addresses of the room of mediation: the desk's, and those of the reporter who is a side."""

from __future__ import annotations

from django.urls import path

from shouwang.apps.mediation import desk, web

app_name = "mediation"
urlpatterns = [
    path("desk/mediations/", desk.mediation_list, name="list"),
    path("desk/m/<str:number>/mediate/", desk.begin, name="begin"),
    path("desk/mediations/<int:pk>/", desk.mediation, name="mediation"),
    path("desk/mediations/<int:pk>/who/", desk.who, name="who"),
    path("desk/mediations/<int:pk>/paper/<slug:kind>/", desk.paper, name="paper"),
    path("desk/mediations/<int:pk>/side/<slug:code>/", desk.side, name="side"),
    path("desk/mediations/<int:pk>/clause/<int:clause>/", desk.word, name="word"),
    path("desk/mediations/<int:pk>/clause/<int:clause>/drop/", desk.drop, name="drop"),
    path("desk/mediations/<int:pk>/<slug:what>/", desk.step, name="step"),
    path("m/<str:number>/mediation/<int:pk>/", web.mine, name="mine"),
    path("m/<str:number>/mediation/<int:pk>/times/", web.times, name="times"),
    path("m/<str:number>/mediation/<int:pk>/clause/<int:clause>/", web.word, name="my-word"),
    path("m/<str:number>/mediation/<int:pk>/holds/", web.holds, name="holds"),
]
