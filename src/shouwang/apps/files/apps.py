from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "shouwang.apps.files"
    label = "files"

    def ready(self) -> None:
        from shouwang.apps.files import jobs  # noqa: F401, PLC0415  they register themselves
