from django.apps import AppConfig


class SecrecyConfig(AppConfig):
    name = "shouwang.apps.secrecy"
    label = "secrecy"

    def ready(self) -> None:
        from shouwang.apps.secrecy import adds, log  # noqa: F401, PLC0415  they register themselves
