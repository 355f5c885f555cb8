from django.apps import AppConfig


class GuidesConfig(AppConfig):
    name = "shouwang.apps.guides"
    label = "guides"
