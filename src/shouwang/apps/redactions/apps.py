from django.apps import AppConfig


class RedactionsConfig(AppConfig):
    name = "shouwang.apps.redactions"
    label = "redactions"

    def ready(self) -> None:
        from shouwang.apps.redactions import adds, jobs  # noqa: F401, PLC0415  they register themselves
