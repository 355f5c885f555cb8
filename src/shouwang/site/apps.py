from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "shouwang.site"
    label = "shouwang_site"

    def ready(self) -> None:
        from shouwang.doors.webpush import jobs  # noqa: F401, PLC0415  a door is no app, so its jobs are listed here
