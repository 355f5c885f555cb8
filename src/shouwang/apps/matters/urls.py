"""Addresses of the resident's pages of a matter."""

from __future__ import annotations

from django.urls import path

from shouwang.apps.matters import views

app_name = "matters"
urlpatterns = [
    path("ask/", views.ask, name="ask"),
    path("ask/<str:kind>/", views.ask, name="ask-kind"),
    path("report/", views.report, name="report"),
    path("find/", views.find, name="find"),
    path("leave/", views.forget, name="leave"),
    path("clock/", views.quiet, name="quiet"),
    path("c/<str:code>/", views.by_code, name="by-code"),
    path("m/<str:number>/", views.matter, name="matter"),
    path("m/<str:number>/more/", views.more, name="more"),
    path("m/<str:number>/say/", views.say, name="say"),
    path("m/<str:number>/typing/", views.typing, name="typing"),
    path("m/<str:number>/dispute/", views.dispute, name="dispute"),
    path("m/<str:number>/rate/", views.rate, name="rate"),
    path("m/<str:number>/helpers/", views.helpers, name="helpers"),
    path("m/<str:number>/helpers/<int:code_id>/remove/", views.remove_helper, name="remove-helper"),
    path("m/<str:number>/safe-contact/", views.safe_contact, name="safe-contact"),
    path("m/<str:number>/contact/", views.contact, name="contact"),
    path("m/<str:number>/written-down/", views.written_down, name="written-down"),
    path("m/<str:number>/not-it/<int:seq>/", views.not_it, name="not-it"),
    path("m/<str:number>/receipt/", views.receipt, name="receipt"),
    path("m/<str:number>/proof/", views.proof, name="proof"),
]
