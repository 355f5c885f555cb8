"""Addresses of the room of dispatch: the board, and the officer's phone."""

from __future__ import annotations

from django.urls import path

from shouwang.apps.dispatch import desk, phone

app_name = "dispatch"
urlpatterns = [
    path("desk/board/", desk.board_page, name="board"),
    path("desk/board/changes/", desk.board_changes, name="changes"),
    path("desk/board/<str:number>/send/", desk.send, name="send"),
    path("desk/board/<str:number>/link/", desk.link, name="link"),
    path("desk/board/request/<int:pk>/", desk.answer_request, name="request"),
    path("desk/board/recall/<int:pk>/", desk.recall, name="recall"),
    path("desk/board/silent/<int:pk>/", desk.answer_silence, name="silent"),
    path("desk/board/task/<int:pk>/", desk.finish_task, name="task"),
    path("desk/crews/", desk.crews, name="crews"),
    path("desk/crews/<int:pk>/dissolve/", desk.dissolve, name="dissolve"),
    path("desk/crews/<int:pk>/rest/", desk.rest, name="rest"),
    path("desk/mine/", phone.mine, name="mine"),
    path("desk/mine/leave/", phone.leave, name="leave"),
    path("desk/mine/position/", phone.position, name="position"),
    path("desk/mine/<int:pk>/step/", phone.step, name="step"),
    path("desk/mine/<int:pk>/feedback/", phone.feedback, name="feedback"),
    path("desk/mine/<int:pk>/hand/", phone.hand, name="hand"),
]
