"""The interface put together. Nothing outside is loaded by it: it has no page of its own, only its description."""

from __future__ import annotations

from ninja import NinjaAPI
from ninja.operation import Operation

from shouwang.doors.api import officers, public, residents
from shouwang.doors.api.asking import speak_plainly


class Interface(NinjaAPI):
    """The names of operations are those of this door, not of its modules."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """`residents_add`, `officers_queue`."""
        door = operation.view_func.__module__.rpartition(".")[2]
        return f"{door}_{operation.view_func.__name__}"


api = Interface(
    title="Shouwang",
    version="1",
    description=(
        "The online police room as a program meets it. Residents show a tracking code in `X-Tracking-Code`; an officer's program "
        "shows a key in `Authorization: Bearer`. Open311 stands beside it at `/open311/v2/`; public figures at `/numbers/figures.json`."
    ),
    urls_namespace="api",
    docs_url=None,
)
api.add_router("", public.router)
api.add_router("", residents.router)
api.add_router("/desk", officers.router)
speak_plainly(api)
