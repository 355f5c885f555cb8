"""Addresses of the guides: for residents, and behind the desk."""

from __future__ import annotations

from django.urls import path

from shouwang.apps.guides import desk, views

app_name = "guides"
urlpatterns = [
    path("guides/", views.guide_list, name="list"),
    path("guides/search/", views.search, name="search"),
    path("guides/suggest/", views.suggest, name="suggest"),
    path("guides/automatic/", views.automatic, name="automatic"),
    path("guides/<slug:slug>/", views.guide, name="guide"),
    path("guides/<slug:slug>/helpful/", views.helpful, name="helpful"),
    path("desk/guides/", desk.home, name="desk"),
    path("desk/guides/new/", desk.new, name="new"),
    path("desk/guides/proposals/", desk.proposals, name="proposals"),
    path("desk/guides/proposals/<int:pk>/", desk.decide, name="decide"),
    path("desk/guides/canned/", desk.canned, name="canned"),
    path("desk/guides/canned/<slug:key>/", desk.write_canned, name="write-canned"),
    path("desk/guides/g/<slug:slug>/", desk.write, name="write"),
    path("desk/guides/g/<slug:slug>/publish/", desk.publish, name="publish"),
    path("desk/guides/g/<slug:slug>/withdraw/", desk.withdraw, name="withdraw"),
    path("desk/guides/g/<slug:slug>/versions/<int:number>/", desk.version, name="version"),
]
