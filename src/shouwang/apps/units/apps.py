from django.apps import AppConfig


class UnitsConfig(AppConfig):
    name = "shouwang.apps.units"
    label = "units"
