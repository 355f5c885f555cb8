"""The ASGI application: Django for pages."""

from __future__ import annotations

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shouwang.site.settings")

application = get_asgi_application()
