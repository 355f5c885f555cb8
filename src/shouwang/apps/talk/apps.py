from django.apps import AppConfig


class TalkConfig(AppConfig):
    name = "shouwang.apps.talk"
    label = "talk"

    def ready(self) -> None:
        from shouwang.apps.talk import adds, bridge, fetched, file_rules, listeners  # noqa: F401, PLC0415  they register themselves
