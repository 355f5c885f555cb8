"""The least Django that the log needs; for running these tests and the benches without the whole house."""

SECRET_KEY = "only-for-tests"
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
INSTALLED_APPS = ["shouwang.kernel.live"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
