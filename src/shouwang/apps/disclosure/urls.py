"""Addresses of the room of disclosure: the applicant's, and the desk's."""

from __future__ import annotations

from django.urls import path

from shouwang.apps.disclosure import desk, web

app_name = "disclosure"
urlpatterns = [
    path("disclosure/", web.begin, name="begin"),
    path("disclosure/apply/", web.apply, name="apply"),
    path("m/<str:number>/correct/", web.correct, name="correct"),
    path("m/<str:number>/answer/", web.answer, name="answer"),
    path("m/<str:number>/answer/<int:pk>/", web.answer_file, name="answer-file"),
    path("m/<str:number>/reconsider/", web.letter, name="letter"),
    path("desk/disclosure/", desk.application_list, name="list"),
    path("desk/disclosure/take/", desk.take, name="take"),
    path("desk/disclosure/report/<int:year>/", desk.annual, name="annual"),
    path("desk/disclosure/<str:number>/", desk.application, name="application"),
    path("desk/disclosure/<str:number>/letter/<int:pk>/", desk.consult_letter, name="consult-letter"),
    path("desk/disclosure/<str:number>/heard/<int:pk>/", desk.heard, name="heard"),
    path("desk/disclosure/<str:number>/<slug:what>/", desk.step, name="step"),
]
