from django.apps import AppConfig


class MattersConfig(AppConfig):
    name = "shouwang.apps.matters"
    label = "matters"

    def ready(self) -> None:
        from shouwang.apps.matters import file_rules, jobs, listeners, sealing  # noqa: F401, PLC0415  they register themselves
