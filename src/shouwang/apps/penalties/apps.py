from django.apps import AppConfig


class PenaltiesConfig(AppConfig):
    name = "shouwang.apps.penalties"
    label = "penalties"

    def ready(self) -> None:
        from shouwang.apps.penalties import adds, knows  # noqa: F401, PLC0415  they register themselves
