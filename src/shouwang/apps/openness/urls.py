"""Addresses of what everybody may see, and of the desk where it is written."""

from __future__ import annotations

from django.urls import path

from shouwang.apps.openness import desk, views

app_name = "openness"
urlpatterns = [
    path("numbers/", views.numbers_page, name="numbers"),
    path("numbers/figures.json", views.figures_json, name="figures"),
    path("numbers/dump/", views.dump_page, name="dump"),
    path("numbers/dump/<str:day>/<str:name>", views.dump_file, name="dump-file"),
    path("digest/", views.digests, name="digests"),
    path("digest/<slug:slug>/", views.digest, name="digest"),
    path("rooms/<slug:slug>/digest/", views.of_room, name="of-room"),
    path("desk/digests/", desk.digests, name="desk"),
    path("desk/digests/<slug:slug>/", desk.digest, name="desk-digest"),
    path("desk/digests/<slug:slug>/withdraw/", desk.withdraw, name="desk-withdraw"),
]
