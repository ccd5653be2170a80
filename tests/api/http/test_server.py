"""Serving: an address that cannot be had is refused before anything is said to be served."""

from __future__ import annotations

import pytest

from api.http.server import listen
from api.settings import BadSetting


def test_a_port_in_use_is_refused_with_the_setting_to_change() -> None:
    with listen("127.0.0.1", 0, "http://127.0.0.1:0") as first:
        port = first.getsockname()[1]
        with pytest.raises(BadSetting, match="JUDIAN_PORT"):
            listen("127.0.0.1", port, f"http://127.0.0.1:{port}")
