from importlib import import_module

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "shouwang.apps.notices"
    label = "notices"

    def ready(self) -> None:
        for module in ("jobs", "policy"):
            import_module(f"{self.name}.{module}")
