from django.apps import AppConfig


class DispatchConfig(AppConfig):
    name = "shouwang.apps.dispatch"
    label = "dispatch"

    def ready(self) -> None:
        from shouwang.apps.dispatch import adds, jobs, listeners  # noqa: F401, PLC0415  they register themselves
