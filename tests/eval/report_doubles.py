"""Records and runs made by hand, for the tests of reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html.parser import HTMLParser
from typing import Any

from eval.measures.table import BY_NAME
from eval.types import Header, Judgement, Question, QuestionTiming, Record, Run, Timings

VOID = ("meta", "br")


def citation(quote: str = "甲主持", name: str = "a-0-3", **changes: Any) -> dict[str, Any]:
    given = {
        "id": name,
        "document_id": "a",
        "revision": "r" * 64,
        "start": 0,
        "end": len(quote),
        "quote": quote,
        "path": ["第一章"],
        "page": None,
        "title": "纪要",
        "clause": "",
    }
    return given | changes


def answer(text: str = "甲主持。[^1]", support: float = 0.9, **changes: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "text": text,
        "claims": [{"text": "甲主持。", "start": 0, "end": 4, "citations": [0], "short": None}],
        "verdicts": [{"claim": 0, "label": "supported", "support": 1.0, "reasons": ["逐字 exact"]}],
        "citations": [citation()],
        "abstention": None,
        "passages": [["p1", 0.5]],
        "support": support,
        "index_version": "v1",
        "llm_generated": False,
        "short_answer": "",
        "notes": [],
        "withheld": [],
    }
    return given | changes


def abstaining(support: float = 0.1) -> dict[str, Any]:
    reason = {"reason": "low_support", "message": "没有依据。 No evidence."}
    return answer("", support, claims=[], verdicts=[], citations=[], abstention=reason)


def record(
    name: str = "q1",
    told: Mapping[str, Any] | None = None,
    values: Mapping[str, float | None] | None = None,
    question: Mapping[str, Any] | None = None,
    **changes: Any,
) -> Record:
    """Return the record of a question; without an answer it failed. Other measures are None."""
    asked = Question(**({"id": name, "text": f"问题{name}？"} | dict(question or {})))
    given: dict[str, Any] = {
        "question": asked,
        "hits": (("p1", 0.5), ("p2", 0.25)) if told is not None else (),
        "answer": told,
        "values": dict.fromkeys(BY_NAME) | dict(values or {}),
        "missing": (),
        "uncited": (),
        "nowhere": (),
        "error": None if told is not None else "ModelFailed: 超时 timed out",
        "ranking": ("gold-1", "p2"),
        "judgements": (Judgement(0, "supported", 1.0, ("一致 alike",), (True,)),)
        if told is not None and told["claims"]
        else (),
    }
    return Record(**(given | changes))


def run_of(
    records: Sequence[Record],
    times: Sequence[float | None] = (),
    warnings: Sequence[str] = (),
    **settings: object,
) -> Run:
    taken = [*times, *([None] * (len(records) - len(times)))]
    timings = tuple(
        QuestionTiming(each.question.id, None, ms, {}, 1.0)
        for each, ms in zip(records, taken, strict=True)
    )
    return Run(
        Header("手工", "d" * 64, "v1", "0.1.0", {"k": 10, "judge": "mechanical"} | settings,
               tuple(warnings)),
        tuple(records),
        Timings("2026-01-02T03:04:05+00:00", timings, 12.5, 345.6),
    )  # fmt: skip


class Page(HTMLParser):
    """A page read strictly: every element is closed in its turn."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.pieces: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert not self._open, self._open

    @property
    def shape(self) -> list[tuple[str, tuple[str, ...]]]:
        """The elements and the names of their attributes, in order."""
        return [(tag, tuple(attributes)) for tag, attributes in self.elements]

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)
