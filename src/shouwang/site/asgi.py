"""The ASGI application: the live door and the channel doors first, Django for everything else."""

from __future__ import annotations

import os
from typing import cast

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shouwang.site.settings")
django_application = get_asgi_application()

from shouwang.apps.openness.shutdown import visits_written_at_the_end  # noqa: E402
from shouwang.doors.stream import ASGIApp, StreamDoor, mounted  # noqa: E402  models load after Django's setup
from shouwang.kernel.live.hub import Hub  # noqa: E402
from shouwang.site.live import authorise  # noqa: E402

application = visits_written_at_the_end(mounted(StreamDoor(Hub(), authorise), cast("ASGIApp", django_application)))
