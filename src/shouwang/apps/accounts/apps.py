from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "shouwang.apps.accounts"
    label = "accounts"
