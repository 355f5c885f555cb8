"""Addresses of the transparency log; below /log/ they are those of C2SP tlog-tiles."""

from __future__ import annotations

from django.urls import path

from shouwang.apps.ledger import views

app_name = "ledger"
urlpatterns = [
    path("", views.home, name="home"),
    path("checkpoint", views.checkpoint, name="checkpoint"),
    path("keys", views.keys, name="keys"),
    path("tile/<path:rest>", views.tile, name="tile"),
    path("cosignatures", views.cosign, name="cosign"),
    path("witness", views.witnessed, name="witnessed"),
    path("verify/", views.verify, name="verify"),
    path("compare/", views.compare, name="compare"),
    path("notice/", views.notice, name="notice"),
    path("notice/<int:year>-<int:month>/", views.notice, name="notice-of"),
]
