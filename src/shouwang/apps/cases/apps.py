from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "shouwang.apps.cases"
    label = "cases"

    def ready(self) -> None:
        from shouwang.apps.cases import adds, knows, listeners  # noqa: F401, PLC0415  they register themselves
