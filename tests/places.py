"""Where tests find what they read: the project itself, and the shared data beside it."""

from __future__ import annotations

import os
from pathlib import Path

from api.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "samples"
BENCH = Path(os.environ.get("JUDIAN_BENCH", ROOT.parent / "shared" / "bench"))
SHARED = Path(os.environ.get("JUDIAN_SHARED", BENCH.parent))
CACHE = Settings.from_environment(  # of built models
    {name: os.environ.get(name, "") for name in ("JUDIAN_CACHE", "XDG_CACHE_HOME")}
).cache.expanduser()
LAWS = SHARED / "data" / "laws"
