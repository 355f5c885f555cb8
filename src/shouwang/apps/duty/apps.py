from django.apps import AppConfig


class DutyConfig(AppConfig):
    name = "shouwang.apps.duty"
    label = "duty"
