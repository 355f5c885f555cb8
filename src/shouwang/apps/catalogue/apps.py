from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "shouwang.apps.catalogue"
    label = "catalogue"

    def ready(self) -> None:
        from shouwang.apps.catalogue import adds, file_rules, jobs  # noqa: F401, PLC0415  they register themselves
