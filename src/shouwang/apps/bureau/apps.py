from django.apps import AppConfig


class BureauConfig(AppConfig):
    name = "shouwang.apps.bureau"
    label = "bureau"

    def ready(self) -> None:
        from shouwang.apps.bureau import listeners  # noqa: F401, PLC0415  registers them once models are loaded
