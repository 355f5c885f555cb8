from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "shouwang.apps.places"
    label = "places"
