"""Where tests find what they read: the project itself, and the shared data beside it."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "samples"
BENCH = Path(os.environ.get("JUDIAN_BENCH", ROOT.parent / "shared" / "bench"))
SHARED = Path(os.environ.get("JUDIAN_SHARED", BENCH.parent))
LAWS = SHARED / "data" / "laws"
