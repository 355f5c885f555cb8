from django.apps import AppConfig


class MediationConfig(AppConfig):
    name = "shouwang.apps.mediation"
    label = "mediation"

    def ready(self) -> None:
        from shouwang.apps.mediation import adds, jobs, knows, listeners  # noqa: F401, PLC0415  they register themselves
