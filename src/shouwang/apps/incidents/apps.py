from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    name = "shouwang.apps.incidents"
    label = "incidents"

    def ready(self) -> None:
        from shouwang.apps.incidents import adds, jobs, knows, listeners  # noqa: F401, PLC0415  they register themselves
