"""The interface with evaluations over doubles, and an answerer that waits for the test."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from fastapi.testclient import TestClient

from api.evaluations.queue import EvalJobs
from api.http.app import create_app
from api.services import ServeSettings
from eval.runs.run_list import RunStore
from index.catalogue import EVERYTHING_TODAY, Scope
from rag.question.followup import Turn
from rag.types import Answer
from tests.api.doubles import CODE, DictLibrary, ScriptedAnswerer, doubled

LOCAL = "http://127.0.0.1:8000"
PATIENCE = 60.0  # seconds until a test that would hang fails
ASKED = [
    {"id": f"q{at}", "question": f"第 {at} 问：离婚后孩子归谁抚养？", "gold_quotes": ["应当尊重"]}
    for at in range(4)
]
NEVER = {"id": "n", "question": "火星上能不能登记结婚？", "unanswerable": True}


class Gated(ScriptedAnswerer):
    """Begins each question at once, and answers it once the test lets it."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = threading.Semaphore(0)
        self.gate = threading.Semaphore(0)
        self.inside, self.most_inside = 0, 0
        self.failing: Exception | None = None

    def answer(
        self,
        question: str,
        *,
        k: int = 8,
        scope: Scope = EVERYTHING_TODAY,
        history: Sequence[Turn] = (),
    ) -> Answer:
        self.inside += 1
        self.most_inside = max(self.most_inside, self.inside)
        self.begun.release()
        try:
            assert self.gate.acquire(timeout=PATIENCE)
            if self.failing is not None:
                raise self.failing
            return super().answer(question, k=k, scope=scope, history=history)
        finally:
            self.inside -= 1

    def wait_for(self, questions: int) -> None:
        """Wait until so many more questions were begun."""
        for _ in range(questions):
            assert self.begun.acquire(timeout=PATIENCE)

    def let(self, questions: int) -> None:
        self.gate.release(questions)


class Service:
    """The interface over a store of runs; ``restarted`` is another process over the same."""

    def __init__(
        self,
        home: Path,
        answerer: ScriptedAnswerer | None = None,
        library: DictLibrary | None = None,
    ) -> None:
        self.home = home
        self.library = library or DictLibrary(CODE)
        self.answerer = answerer or ScriptedAnswerer()
        self.store = RunStore(home / "runs")
        self.jobs = EvalJobs(self.store, self.library, self.answerer, lambda: {"model": "–"})
        services = replace(doubled(ServeSettings(json_limit=20_000))[0], evals=self.jobs)
        self.app = create_app(services)
        self.client = TestClient(self.app, base_url=LOCAL, raise_server_exceptions=False)

    def restarted(self, answerer: ScriptedAnswerer | None = None) -> Service:
        return Service(self.home, answerer)

    def post(self, questions: Sequence[Any] = ASKED, **more: Any) -> Any:
        return self.client.post("/v1/evals", json={"questions": questions, "workers": 1, **more})

    def begin(self, questions: Sequence[Any] = ASKED, **more: Any) -> str:
        reply = self.post(questions, **more)
        assert reply.status_code == 202, reply.text
        run_id: str = reply.json()["id"]
        assert unquote(reply.headers["location"]) == f"/v1/evals/{run_id}"
        assert self.client.get(reply.headers["location"]).json()["id"] == run_id
        return run_id

    def get(self, path: str, **parameters: Any) -> Any:
        reply = self.client.get(f"/v1/evals{path}", params=parameters)
        assert reply.status_code == 200, reply.text
        return reply.json()

    def state(self, run_id: str) -> tuple[str, int, int]:
        told = self.get(f"/{run_id}")
        return told["state"], told["done"], told["total"]
