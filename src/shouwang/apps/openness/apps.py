from django.apps import AppConfig


class OpennessConfig(AppConfig):
    name = "shouwang.apps.openness"
    label = "openness"

    def ready(self) -> None:
        from django.core.signals import request_finished  # noqa: PLC0415  nothing is connected before the apps are ready

        from shouwang.apps.openness import jobs, listeners, visits  # noqa: F401, PLC0415  the jobs register themselves

        request_finished.connect(visits.after_a_request, dispatch_uid="openness.visits")
