"""Addresses of the room of mediation: the desk's, those of the reporter who is a side, and those of either side by a code of its own."""

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
    path("desk/mediations/<int:pk>/side/<slug:code>/code/", desk.hand, name="hand"),
    path("desk/mediations/<int:pk>/clause/<int:clause>/", desk.word, name="word"),
    path("desk/mediations/<int:pk>/clause/<int:clause>/drop/", desk.drop, name="drop"),
    path("desk/mediations/<int:pk>/<slug:what>/", desk.step, name="step"),
    *(
        path(f"{front}{address}", view, name=f"{prefix}{name}")
        for front, prefix in (("m/<str:number>/mediation/<int:pk>/", ""), ("my-mediation/page/", "own-"))
        for address, view, name in (
            ("", web.mine, "mine"),
            ("times/", web.times, "times"),
            ("other-time/", web.other_time, "other-time"),
            ("clause/<int:clause>/", web.word, "my-word"),
            ("holds/", web.holds, "holds"),
            ("stars/", web.stars, "stars"),
        )
    ),
    path("my-mediation/", web.door.typed, name="code"),
    path("my-mediation/c/<str:code>/", web.door.scanned, name="by-code"),
]
