"""Where and when figures were taken: written beside every result."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from index.embedders.choice import this_machine


def machine() -> dict[str, object]:
    """Return date, processor, abilities, versions and memory of this machine."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": this_machine(),
        "memory_gb": round(pages / 1e9, 1),
    }
