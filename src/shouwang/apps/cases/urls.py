"""Addresses of the room of cases: the desk's, and the page behind the code of somebody who was harmed."""

from __future__ import annotations

from django.urls import path

from shouwang.apps.cases import desk, web

app_name = "cases"
urlpatterns = [
    path("desk/cases/", desk.case_list, name="list"),
    path("desk/cases/<str:number>/", desk.case, name="case"),
    path("desk/cases/<str:number>/assistants/<int:pk>/", desk.no_more, name="no-more"),
    path("desk/cases/<str:number>/<slug:what>/", desk.step, name="step"),
    path("desk/parties/<int:pk>/", desk.party, name="party"),
    path("my-case/", web.door.typed, name="code"),
    path("my-case/c/<str:code>/", web.door.scanned, name="by-code"),
    path("my-case/page/", web.mine, name="mine"),
    path("desk/parties/<int:pk>/hand/", desk.hand, name="hand"),
    path("desk/parties/<int:pk>/left/", desk.party_left, name="party-left"),
    path("desk/statements/<int:pk>/", desk.statement, name="statement"),
    path("desk/statements/<int:pk>/correct/", desk.correct, name="correct"),
    path("desk/evidence/<int:pk>/", desk.evidence, name="evidence"),
    path("desk/custody/<int:pk>/confirm/", desk.confirm, name="confirm"),
]
