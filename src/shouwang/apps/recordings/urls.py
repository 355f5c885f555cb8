"""Addresses of the room of recordings: the desk's, and those of the person of a stay."""

from __future__ import annotations

from django.urls import path

from shouwang.apps.recordings import desk, register, web

app_name = "recordings"
urlpatterns = [
    path("desk/recordings/", desk.stay_list, name="list"),
    path("desk/m/<str:number>/bring-in/", desk.bring_in, name="bring-in"),
    path("desk/stays/<int:pk>/", desk.stay, name="stay"),
    path("desk/stays/<int:pk>/who/", desk.who, name="who"),
    path("desk/stays/<int:pk>/<slug:what>/", desk.step, name="step"),
    path("desk/copies/<int:pk>/", desk.decide, name="decide"),
    path("desk/recordings/register/", register.book, name="register"),
    path("desk/recordings/add/", register.add, name="add"),
    path("desk/recordings/add/list/", register.add_list, name="add-list"),
    path("desk/recordings/check/", register.check, name="check"),
    path("desk/recordings/old/", register.old, name="old"),
    path("desk/recordings/lists/", register.lists, name="lists"),
    path("desk/recordings/lists/<slug:what>/<int:pk>/", register.list_step, name="list-step"),
    path("desk/recordings/<int:pk>/", register.recording, name="recording"),
    path("desk/recordings/<int:pk>/<slug:what>/", register.recording_step, name="recording-step"),
    path("my-stay/", web.door.typed, name="code"),
    path("my-stay/c/<str:code>/", web.door.scanned, name="by-code"),
    path("my-stay/page/", web.mine, name="mine"),
    path("my-stay/ask/", web.ask, name="ask"),
    path("my-stay/again/", web.again, name="again"),
]
