"""The ASGI application: channel doors and the live door first, a limit on bodies, then Django for the pages."""

from __future__ import annotations

import os
from typing import cast

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shouwang.site.settings")
django_application = get_asgi_application()

from django.conf import settings  # noqa: E402  all below needs Django's setup
from django.utils import timezone  # noqa: E402

from shouwang.apps.files.bodylimit import BodyLimit  # noqa: E402
from shouwang.apps.openness.shutdown import visits_written_at_the_end  # noqa: E402
from shouwang.doors import stream  # noqa: E402
from shouwang.doors.onebot import mount as onebot  # noqa: E402
from shouwang.doors.onebot.door import OneBotDoor  # noqa: E402
from shouwang.kernel.live.hub import Hub  # noqa: E402
from shouwang.site.live import authorise  # noqa: E402
from shouwang.site.warm import read_soon  # noqa: E402

#: Nine photos of the largest size, and the fields of the form beside them.
MOST_BYTES = 10 * settings.SHOUWANG.photo_limit_mb * 1024 * 1024

pages = BodyLimit(cast("onebot.ASGIApp", django_application), most_bytes=MOST_BYTES)
with_streams = stream.mounted(stream.StreamDoor(Hub(), authorise), cast("stream.ASGIApp", pages))
application = read_soon(visits_written_at_the_end(onebot.mounted(OneBotDoor(timezone.now), with_streams)))
