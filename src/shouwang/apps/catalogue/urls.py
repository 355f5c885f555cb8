"""Addresses of the portal, and of the desk where the catalogue is kept."""

from __future__ import annotations

from django.urls import path

from shouwang.apps.catalogue import desk, feeds, phone_views, views

app_name = "catalogue"
urlpatterns = [
    path("open/", views.item_list, name="list"),
    path("open/late/", views.late, name="late"),
    path("open/withheld/", views.withheld, name="withheld"),
    path("open/search/", views.search, name="search"),
    path("open/screen/", views.screen, name="screen"),
    path("open/feed.atom", feeds.atom, name="atom"),
    path("open/feed.json", feeds.json_feed, name="json-feed"),
    path("open/phone/", phone_views.phone, name="phone"),
    path("open/phone/stop/", phone_views.stop, name="phone-stop"),
    path("open/worker.js", phone_views.worker, name="phone-worker"),
    path("open/data/", views.data, name="data"),
    path("open/data/<str:name>", views.data_file, name="data-file"),
    path("open/<int:pk>/", views.item, name="item"),
    path("open/<int:pk>/v/<int:number>/", views.version, name="version"),
    path("open/<int:pk>/poster/", views.poster, name="poster"),
    path("open/<int:pk>/ask/", views.ask, name="ask"),
    path("open/<int:pk>/rate/", views.rate, name="rate"),
    path("desk/open/", desk.home, name="desk"),
    path("desk/open/new/", desk.new, name="desk-new"),
    path("desk/open/questions/<int:pk>/", desk.question, name="desk-question"),
    path("desk/open/<int:pk>/", desk.one, name="desk-item"),
    path("desk/open/<int:pk>/duty/", desk.duty, name="desk-duty"),
    path("desk/open/<int:pk>/<str:what>/", desk.step, name="desk-step"),
]
