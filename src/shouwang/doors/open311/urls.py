"""Addresses of GeoReport v2, below `/open311/v2/`."""

from __future__ import annotations

from django.urls import re_path

from shouwang.doors.open311 import views

app_name = "open311"
_FORM = r"\.(?P<form>json|xml)$"
urlpatterns = [
    re_path(rf"^discovery{_FORM}", views.discovery, name="discovery"),
    re_path(rf"^services{_FORM}", views.services, name="services"),
    re_path(rf"^services/(?P<code>[\w-]{{1,40}}){_FORM}", views.definition, name="definition"),
    re_path(rf"^requests{_FORM}", views.many, name="requests"),
    re_path(rf"^servicerequestupdates{_FORM}", views.updates, name="updates"),
    re_path(rf"^requests/(?P<request_id>[\w-]{{1,60}}){_FORM}", views.one, name="request"),
]
