"""Api: the front doors. HTTP, web page and command line, over one object graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corpus.lazy import lazily

if TYPE_CHECKING:
    from api.build import Judian, open_judian
    from api.http.app import create_app
    from api.schemas.plain import plain
    from api.settings import BadSetting, Settings
else:
    __getattr__, __dir__ = lazily(
        __name__,
        {
            "api.build": "Judian open_judian",
            "api.http.app": "create_app",
            "api.schemas.plain": "plain",
            "api.settings": "BadSetting Settings",
        },
    )

__all__ = ["BadSetting", "Judian", "Settings", "create_app", "open_judian", "plain"]
