from django.apps import AppConfig
from django.db.models.signals import post_migrate


class KernelConfig(AppConfig):
    name = "shouwang.kernel"
    label = "kernel"

    def ready(self) -> None:
        from shouwang.kernel.appendonly import refuse_updates  # noqa: PLC0415  models are loaded by now

        post_migrate.connect(refuse_updates, sender=self)
