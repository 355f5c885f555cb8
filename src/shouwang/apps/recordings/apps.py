from django.apps import AppConfig


class RecordingsConfig(AppConfig):
    name = "shouwang.apps.recordings"
    label = "recordings"

    def ready(self) -> None:
        from shouwang.apps.recordings import adds  # noqa: F401, PLC0415  it registers itself
