"""The log's tiles and entries as rows."""

from __future__ import annotations

from collections.abc import Mapping

from shouwang.apps.ledger.models import Leaf, Tile
from shouwang.engines.errors import BadData
from shouwang.engines.translog import HASH_BYTES, WIDTH, tile_path


class Rows:
    """A `TileStore` and a source for rereading. A tile's row holds it at its widest; who asks for less cuts it."""

    def read(self, level: int, index: int, width: int) -> bytes:
        row = Tile.objects.filter(level=level, index=index).values_list("hashes", flat=True).first()
        found = bytes(row or b"")
        if len(found) < width * HASH_BYTES:
            raise BadData(tile_path(level, index, width), "is not there")
        return found

    def write(self, tiles: Mapping[tuple[int, int], bytes]) -> None:
        Tile.objects.bulk_create(
            [Tile(level=level, index=index, hashes=hashes) for (level, index), hashes in tiles.items()],
            update_conflicts=True,
            unique_fields=["level", "index"],
            update_fields=["hashes"],
            batch_size=200,
        )

    def entries(self, index: int, width: int) -> list[bytes]:
        first = index * WIDTH
        rows = Leaf.objects.filter(index__gte=first, index__lt=first + width).order_by("index")
        return [bytes(body) for body in rows.values_list("body", flat=True)]
