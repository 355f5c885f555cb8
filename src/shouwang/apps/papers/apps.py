from django.apps import AppConfig


class PapersConfig(AppConfig):
    name = "shouwang.apps.papers"
    label = "papers"

    def ready(self) -> None:
        from shouwang.apps.papers import adds, house  # noqa: F401, PLC0415  they register themselves
