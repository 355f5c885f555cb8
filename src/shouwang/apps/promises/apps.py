from django.apps import AppConfig


class PromisesConfig(AppConfig):
    name = "shouwang.apps.promises"
    label = "promises"

    def ready(self) -> None:
        from shouwang.apps.promises import adds, jobs  # noqa: F401, PLC0415  they register themselves
