from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "shouwang.kernel"
    label = "kernel"
