from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "shouwang.apps.notices"
    label = "notices"
