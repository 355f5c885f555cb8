from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "shouwang.apps.people"
    label = "people"
