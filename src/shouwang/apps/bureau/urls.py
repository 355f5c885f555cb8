"""Addresses of the wizard, of managing and of the overview."""

from __future__ import annotations

from django.urls import path

from shouwang.apps.bureau import (
    gateway_views,
    import_views,
    invitation_views,
    manage_views,
    paper_views,
    setup_views,
    views,
)

app_name = "bureau"
urlpatterns = [
    path("in/", views.after_sign_in, name="in"),
    path("bureau/", views.home, name="home"),
    path("setup/", setup_views.setup, name="setup"),
    path("setup/bureau/", setup_views.bureau, name="setup-bureau"),
    path("setup/stations/", setup_views.stations, name="setup-stations"),
    path("setup/stations/<int:number>/<slug:part>/", setup_views.station, name="setup-station"),
    path("setup/administrator/", setup_views.administrator, name="setup-administrator"),
    path("setup/second-factor/", setup_views.second_lock, name="setup-second-factor"),
    path("setup/codes/", setup_views.codes, name="setup-codes"),
    path("setup/import/", setup_views.lists, name="setup-import"),
    path("setup/done/", setup_views.done, name="setup-done"),
    path("invitation/<str:token>/", invitation_views.accept, name="invitation"),
    path("manage/", manage_views.home, name="manage"),
    path("manage/units/", manage_views.units, name="units"),
    path("manage/units/add/", manage_views.add_unit, name="unit-add"),
    path("manage/units/<int:pk>/", manage_views.unit, name="unit"),
    path("manage/units/<int:pk>/<slug:key>/", manage_views.act_on_unit, name="unit-act"),
    path("manage/officers/", manage_views.officers, name="officers"),
    path("manage/officers/add/", manage_views.add_officer, name="officer-add"),
    path("manage/officers/<int:pk>/", manage_views.officer, name="officer"),
    path("manage/officers/<int:pk>/<slug:key>/", manage_views.act_on_officer, name="officer-act"),
    path("manage/skills/", views.skills, name="skills"),
    path("manage/posts/<int:pk>/end/", manage_views.end_post, name="post-end"),
    path("manage/recoveries/<int:pk>/", manage_views.recovery, name="recovery"),
    path("manage/invitations/", paper_views.invitations, name="invitations"),
    path("manage/poster/", paper_views.poster, name="poster"),
    path("manage/communities/", manage_views.communities, name="communities"),
    path("manage/communities/add/", manage_views.add_community, name="community-add"),
    path("manage/communities/<int:pk>/", manage_views.community, name="community"),
    path("manage/communities/<int:pk>/edit/", manage_views.edit_community, name="community-edit"),
    path("manage/import/", import_views.lists, name="imports"),
    path("manage/import/<slug:kind>/", import_views.choose, name="import"),
    path("manage/import/<slug:kind>/template/", import_views.template, name="import-template"),
    path("manage/import/<slug:kind>/preview/", import_views.preview, name="import-preview"),
    path("manage/gateways/", gateway_views.gateways, name="gateways"),
    path("manage/gateways/add/", gateway_views.add_gateway, name="gateway-add"),
    path("manage/gateways/<int:pk>/", gateway_views.gateway, name="gateway"),
    path("manage/gateways/<int:pk>/token/", gateway_views.token, name="gateway-token"),
    path("manage/gateways/<int:pk>/<slug:key>/", gateway_views.act_on_gateway, name="gateway-act"),
    path("manage/groups/<int:pk>/unlink/", gateway_views.unlink, name="group-unlink"),
    path("manage/settings/", views.house_settings, name="settings"),
    path("manage/trail/", views.trail, name="trail"),
    path("manage/rules/", views.rules, name="rules"),
    path("manage/log/", views.log, name="log"),
]
