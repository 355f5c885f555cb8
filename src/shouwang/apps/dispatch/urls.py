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
    path("desk/board/task/<int:pk>/give/", desk.give_task, name="give-task"),
    path("desk/board/posts/", desk.posts, name="posts"),
    path("desk/board/posts/<int:pk>/drop/", desk.drop_post, name="drop-post"),
    path("desk/board/wait/<int:pk>/", desk.wait, name="wait"),
    path("desk/board/unwait/<int:pk>/", desk.unwait, name="unwait"),
    path("desk/mine/wait/<int:pk>/", phone.wait_ack, name="wait-ack"),
    path("desk/crews/", desk.crews, name="crews"),
    path("desk/crews/<int:pk>/dissolve/", desk.dissolve, name="dissolve"),
    path("desk/crews/<int:pk>/rest/", desk.rest, name="rest"),
    path("desk/mine/", phone.mine, name="mine"),
    path("desk/mine/kept/", phone.kept, name="kept"),
    path("desk/mine/worker.js", phone.worker, name="worker"),
    path("desk/mine/leave/", phone.leave, name="leave"),
    path("desk/mine/position/", phone.position, name="position"),
    path("desk/mine/<int:pk>/step/", phone.step, name="step"),
    path("desk/mine/<int:pk>/feedback/", phone.feedback, name="feedback"),
    path("desk/mine/<int:pk>/hand/", phone.hand, name="hand"),
]
