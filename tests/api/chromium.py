"""A browser on a pipe: Chromium's own protocol, null-terminated JSON on two descriptors."""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# Becomes the browser, which reads on descriptor 3 and writes on 4.
AS_BROWSER = """
import fcntl, os, sys
ends = [fcntl.fcntl(int(end), fcntl.F_DUPFD, 10) for end in sys.argv[1:3]]
for end, wanted in zip(ends, (3, 4)):
    os.dup2(end, wanted)
os.execv(sys.argv[3], sys.argv[3:])
"""
PATIENCE = 60.0  # seconds without a word from the browser fail the test instead of hanging it


class Browser:
    """One page that scripts are run in."""

    def __init__(self, profile: Path, language: str = "zh-CN") -> None:
        assert CHROMIUM is not None
        to_browser, self._send = os.pipe()
        self._receive, from_browser = os.pipe()
        self._process = subprocess.Popen(
            [sys.executable, "-c", AS_BROWSER, str(to_browser), str(from_browser),
             CHROMIUM, *FLAGS, "--remote-debugging-pipe",
             f"--accept-lang={language}", f"--user-data-dir={profile}", "about:blank"],
            pass_fds=(to_browser, from_browser),
            stderr=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(to_browser)
        os.close(from_browser)
        self._number, self._left, self._session = 0, b"", ""

    def __enter__(self) -> Browser:
        """Open a page; a browser that does not start is ended."""
        try:
            return self._opened()
        except BaseException:
            self.__exit__(None, None, None)
            raise

    def _opened(self) -> Browser:
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        self.call("Page.enable")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        os.close(self._send)
        self._process.terminate()
        self._process.wait()
        os.close(self._receive)

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Call a method of the protocol and return its result."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._send, json.dumps(message).encode() + b"\0")
        while True:
            reply = self._next()
            if reply.get("id") == self._number:
                assert "error" not in reply, reply["error"]
                result: dict[str, Any] = reply["result"]
                return result

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._left:
            assert select.select([self._receive], [], [], PATIENCE)[0], "the browser is silent"
            piece = os.read(self._receive, 1 << 16)
            assert piece, "the browser is gone"
            self._left += piece
        message, self._left = self._left.split(b"\0", 1)
        parsed: dict[str, Any] = json.loads(message)
        return parsed

    def open(self, address: str) -> None:
        """Go to an address."""
        self.call("Page.navigate", url=address)
        self.until(f"location.href.startsWith({json.dumps(address[:40])})")

    def run(self, script: str) -> Any:
        """Return what an expression is worth in the page."""
        result = self.call(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in result, result["exceptionDetails"]
        return result["result"].get("value")

    def until(self, condition: str) -> None:
        """Wait in the page, redrawn after redrawn, until a condition holds."""
        held = self.run(
            f"""new Promise((done) => {{
                const end = Date.now() + {PATIENCE * 500};
                const look = () => ({condition}) ? done(true)
                    : Date.now() > end ? done(false) : setTimeout(look, 10);
                look();
            }})"""
        )
        assert held, condition

    def ask(self, question: str) -> None:
        """Type a question and press the button."""
        self.run(
            f"""(() => {{
                document.getElementById("question").value = {json.dumps(question)};
                document.getElementById("ask-button").click();
            }})()"""
        )

    def picture(self, path: Path, width: int, height: int, *, dark: bool = False) -> None:
        """Save what the page looks like."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=1, mobile=width < 600)  # fmt: skip
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])
        shot = self.call("Page.captureScreenshot", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(shot["data"]))
