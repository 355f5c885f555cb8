from django.apps import AppConfig


class DisclosureConfig(AppConfig):
    name = "shouwang.apps.disclosure"
    label = "disclosure"

    def ready(self) -> None:
        from shouwang.apps.disclosure import adds, jobs, listeners  # noqa: F401, PLC0415  they register themselves
