from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "shouwang.apps.desk"
    label = "desk"
