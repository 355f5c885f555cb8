"""Addresses of the rooms."""

from __future__ import annotations

from django.urls import path

from shouwang.apps.talk import desk, founding, views

app_name = "rooms"
urlpatterns = [
    path("rooms/", views.room_list, name="list"),
    path("rooms/found/", founding.found, name="found"),
    path("rooms/join/", views.join_by_code, name="join-by-code"),
    path("rooms/join/<str:code>/", views.join_by_code, name="join-with"),
    path("rooms/back/<str:number>/<int:seq>/", desk.answer_back, name="back"),
    path("rooms/<slug:slug>/", views.room, name="room"),
    path("rooms/<slug:slug>/join/", views.join, name="join"),
    path("rooms/<slug:slug>/post/", views.post, name="post"),
    path("rooms/<slug:slug>/held/", views.held, name="held"),
    path("rooms/<slug:slug>/search/", views.search, name="search"),
    path("rooms/<slug:slug>/me/", views.me, name="me"),
    path("rooms/<slug:slug>/read/", views.read, name="read"),
    path("rooms/<slug:slug>/typing/", views.typing, name="typing"),
    path("rooms/<slug:slug>/files/<str:ref>/", views.stored_file, name="file"),
    path("rooms/<slug:slug>/files/<str:ref>/<str:size>/", views.stored_file, name="file-size"),
    path("rooms/<slug:slug>/leave/", views.leave, name="leave"),
    path("rooms/<slug:slug>/acts/<int:pk>/appeal/", views.appeal, name="appeal"),
    path("rooms/<slug:slug>/acts/<int:pk>/decide/", desk.decide, name="decide"),
    path("rooms/<slug:slug>/settings/", founding.change, name="settings"),
    path("rooms/<slug:slug>/settings/code/", founding.renew_code, name="renew-code"),
    path("rooms/<slug:slug>/settings/use/", founding.put_in_use, name="put-in-use"),
    path("rooms/<slug:slug>/poster/", founding.poster, name="poster"),
    path("rooms/<slug:slug>/moderation/", desk.moderation, name="moderation"),
    path("rooms/<slug:slug>/<int:seq>/", views.one, name="one"),
    path("rooms/<slug:slug>/<int:seq>/private/", views.take_private, name="take-private"),
    path("rooms/<slug:slug>/<int:seq>/matter/", views.to_matter, name="to-matter"),
    path("rooms/<slug:slug>/<int:seq>/taken-back/", desk.taken_back, name="taken-back"),
    path("rooms/<slug:slug>/<int:seq>/<str:what>/", desk.moderate, name="moderate"),
]
