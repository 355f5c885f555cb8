from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "shouwang.apps.files"
    label = "files"
