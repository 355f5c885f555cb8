"""Addresses of the room of incidents: the resident's, and the desk's."""

from __future__ import annotations

from django.urls import path

from shouwang.apps.incidents import desk, web

app_name = "incidents"
urlpatterns = [
    path("report/case/", web.begin, name="begin"),
    path("report/case/check/", web.check, name="check"),
    path("report/case/stop/", web.stop, name="stop"),
    path("report/case/again/", web.again, name="again"),
    path("report/case/<slug:category>/", web.question, name="category"),
    path("report/case/<slug:category>/<slug:key>/", web.question, name="question"),
    path("m/<str:number>/receipt.pdf", web.receipt, name="receipt-file"),
    path("m/<str:number>/remedy/", web.remedy, name="remedy"),
    path("desk/incidents/", desk.incident_list, name="list"),
    path("desk/incidents/new/", desk.new, name="new"),
    path("desk/incidents/ground/", desk.ground, name="ground"),
    path("desk/incidents/kinds/", desk.kinds, name="kinds"),
    path("desk/incidents/draft/", desk.from_draft, name="draft"),
    path("desk/m/<str:number>/facts/", desk.facts, name="facts"),
    path("desk/m/<str:number>/people/", desk.people, name="people"),
    path("desk/m/<str:number>/receipt.pdf", desk.receipt_file, name="receipt-file-desk"),
    path("desk/m/<str:number>/suggested/<slug:about>/", desk.suggested, name="suggested"),
    path("desk/m/<str:number>/same/", desk.same, name="same"),
    path("desk/m/<str:number>/paper/", desk.receipt, name="receipt"),
]
