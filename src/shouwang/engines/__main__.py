"""`./sw engine NAME …`: an engine on plain files. Each engine's `cli.py` reads its own arguments and prints JSON."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

ENGINES = tuple(sorted(path.parent.name for path in Path(__file__).parent.glob("*/cli.py")))

if __name__ == "__main__":
    name, *rest = sys.argv[1:] or [""]
    if name not in ENGINES:
        sys.exit(f"Engines: {', '.join(ENGINES)}")
    sys.exit(importlib.import_module(f"shouwang.engines.{name}.cli").run(rest, sys.stdin, sys.stdout))
