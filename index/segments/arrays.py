"""Arrays in files: NumPy's own format, mapped when read, and never a pickle."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.messages.message import Message
from index.errors import IndexDamaged


def save_array(path: Path, values: NDArray[Any]) -> None:
    """Write an array."""
    with path.open("wb") as stream:
        np.save(stream, np.ascontiguousarray(values), allow_pickle=False)


def load_array(path: Path) -> NDArray[Any]:
    """Return a saved array, mapped and read-only. Raises IndexDamaged."""
    try:
        # A map of nothing is refused by the system.
        found: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    except ValueError:
        found = _load_empty(path)
    except (OSError, EOFError) as error:
        raise _damaged(path, error) from error
    return found.view(np.ndarray)  # without np.memmap's cost at every slice


def _load_empty(path: Path) -> NDArray[Any]:
    try:
        found: NDArray[Any] = np.load(path, allow_pickle=False)
    except (OSError, EOFError, ValueError) as error:
        raise _damaged(path, error) from error
    return found


def _damaged(path: Path, error: Exception) -> IndexDamaged:
    return IndexDamaged(Message("index.array_damaged", path=path, error=str(error)))
