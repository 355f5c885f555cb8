"""Django settings of the house."""

SECRET_KEY = "replaced-by-config"  # noqa: S105
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
INSTALLED_APPS: list[str] = []
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
