"""Addresses of the room of papers: the desk's, and the reporter's copy."""

from __future__ import annotations

from django.urls import path, re_path

from shouwang.apps.papers import desk, log_notice, proof, templates_desk, web

app_name = "papers"
urlpatterns = [
    path("log/notice/<int:year>-<int:month>.pdf", log_notice.notice, name="log-notice"),
    path("m/<str:number>/proof.pdf", proof.proof, name="proof"),
    path("m/<str:number>/papers/<int:pk>.pdf", web.my_copy, name="my-copy"),
    path("desk/papers/", desk.paper_list, name="list"),
    path("desk/papers/templates/", templates_desk.templates, name="templates"),
    path("desk/papers/templates/<slug:kind>/", templates_desk.template, name="template"),
    path("desk/papers/templates/<slug:kind>/try/", templates_desk.try_it, name="try"),
    path("desk/papers/<int:pk>/", desk.paper, name="paper"),
    path("desk/papers/<int:pk>/fill/", desk.fill, name="fill"),
    path("desk/papers/<int:pk>/sign/<slug:code>/", desk.sign, name="sign"),
    path("desk/papers/<int:pk>/person/<slug:code>/", desk.person, name="person"),
    re_path(r"^desk/papers/(?P<pk>[0-9]{1,18})/paper\.(?P<ending>pdf|docx)$", desk.paper_file, name="file"),
    path("desk/papers/<int:pk>/<slug:what>/", desk.step, name="step"),
    path("desk/m/<str:number>/papers/", desk.of_matter, name="matter"),
    path("desk/m/<str:number>/papers/together/", desk.batch, name="batch"),
]
