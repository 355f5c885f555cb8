"""Every address of the house."""

from __future__ import annotations

from django.conf import settings
from django.urls import include, path, re_path

from shouwang.doors.api.interface import api
from shouwang.site import views
from shouwang.site.home import home

urlpatterns = [
    path("", home, name="home"),
    path("", include("shouwang.apps.incidents.urls")),
    path("", include("shouwang.apps.dispatch.urls")),
    path("", include("shouwang.apps.recordings.urls")),
    path("", include("shouwang.apps.cases.urls")),
    path("", include("shouwang.apps.penalties.urls")),
    path("", include("shouwang.apps.papers.urls")),
    path("", include("shouwang.apps.catalogue.urls")),
    path("", include("shouwang.apps.mediation.urls")),
    path("", include("shouwang.apps.disclosure.urls")),
    path("", include("shouwang.apps.matters.urls")),
    path("", include("shouwang.apps.guides.urls")),
    path("", include("shouwang.apps.talk.urls")),
    path("", include("shouwang.apps.openness.urls")),
    path("", include("shouwang.apps.promises.urls")),
    path("", include("shouwang.apps.results.urls")),
    path("", include("shouwang.apps.redactions.urls")),
    path("", include("shouwang.apps.secrecy.urls")),
    path("", include("shouwang.apps.bureau.urls")),
    path("log/", include("shouwang.apps.ledger.urls")),
    path("files/", include("shouwang.apps.files.urls")),
    path("desk/keys/", include("shouwang.doors.api.urls")),
    path("desk/", include("shouwang.apps.desk.urls")),
    path("open311/v2/", include("shouwang.doors.open311.urls")),
    path("api/v1/", api.urls),
    path("health", views.health, name="health"),
    path("favicon.ico", views.favicon),
    path("reading/", views.reading, name="reading"),
    # What allauth offers and this house does not: accounts have no e-mail, and none is ever sent.
    path("accounts/password/reset/", views.forgotten_password, name="forgotten-password"),
    re_path(r"^accounts/(?P<rest>(email|confirm-email|login/code|password/reset)/.*)$", views.shut, name="shut"),
    path("accounts/", include("allauth.urls")),
]

if settings.DEBUG:
    from shouwang.site.style import style

    urlpatterns.append(path("style/", style, name="style"))

handler400 = "shouwang.site.views.not_taken"
handler404 = "shouwang.site.views.not_found"
handler500 = "shouwang.site.views.went_wrong"
