from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "shouwang.apps.ledger"
    label = "ledger"

    def ready(self) -> None:
        from shouwang.apps.ledger import jobs  # noqa: F401, PLC0415  they register themselves
