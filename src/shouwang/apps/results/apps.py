from django.apps import AppConfig


class ResultsConfig(AppConfig):
    name = "shouwang.apps.results"
    label = "results"

    def ready(self) -> None:
        from shouwang.apps.results import adds, listeners  # noqa: F401, PLC0415  they register themselves
