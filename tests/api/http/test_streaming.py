"""Answers over HTTP, told claim by claim: equal to the plain ones, stopped when nobody listens."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.requests import ClientDisconnect
from starlette.types import Message

import api.build
from api.cli.exits import run_guarded
from api.cli.main import cli
from api.http.app import create_app
from api.http.problems import SLUG_PREFIX
from api.schemas.json_data import plain
from api.services import ServeSettings
from index.library import Library
from rag.answerer import Answerer
from rag.events import ClaimStreamed, Event, PassagesFound
from rag.question.followup import Turn
from rag.types import Answer, Claim
from tests.api.doubles import (
    BREAKS,
    CHILD_SUPPORT,
    CUSTODY,
    EXPLODES,
    NOWHERE,
    ScriptedAnswerer,
    custody_answer,
    doubled,
    services_of,
    told,
)
from tests.conftest import Writer
from tests.fakes import LetterEmbedder

LOCAL = "http://127.0.0.1:8000"
PATIENCE = 60.0  # seconds until a thread that should be done fails the test
NOTICE = (
    "读书会通知\n根据国发[2023]15号文件，校长负责读书会的组织工作。\n"
    "国发[2023]15号文件自2023年5月1日起施行。\n经费由县教育局承担，每次不超过五百元。\n"
)
QUESTIONS = ("谁负责读书会的组织工作？", "国发[2023]15号文件何时施行？", "火星上有没有水？")


@dataclass(frozen=True)
class Frame:
    """One event as it came."""

    id: str
    name: str
    data: str

    @property
    def json(self) -> Any:
        return json.loads(self.data)


def frames(text: str) -> list[Frame]:
    """Events of a stream, by the rules of the HTML standard that this one makes use of."""
    blocks = text.split("\n\n")
    assert blocks.pop() == "", "a stream ends with a whole event"
    found = []
    for block in blocks:
        fields = dict(line.split(": ", 1) for line in block.split("\n"))
        found.append(Frame(fields["id"], fields["event"], fields["data"]))
    return found


def client_of(answerer: Any = None) -> TestClient:
    services = doubled()[0]
    services = replace(services, answerer=answerer) if answerer else services
    return TestClient(create_app(services), base_url=LOCAL, raise_server_exceptions=False)


def streamed(client: TestClient, question: str, **more: Any) -> list[Frame]:
    reply = client.post("/v1/ask", json={"question": question, "stream": True, **more})
    assert reply.status_code == 200
    assert reply.headers["content-type"].split(";")[0] == "text/event-stream"
    assert reply.headers["cache-control"] == "no-store"
    return frames(reply.text)


# the same answer


@pytest.mark.parametrize("question", [CUSTODY, NOWHERE, CHILD_SUPPORT, "trap"])
def test_the_last_event_is_the_plain_answer_byte_for_byte(question: str) -> None:
    client = client_of()
    events = streamed(client, question)
    assert events[-1].name == "done"
    assert events[-1].data == client.post("/v1/ask", json={"question": question}).text


def test_events_come_in_order_numbered_and_add_up_to_the_answer() -> None:
    events = streamed(client_of(), CUSTODY)
    assert [one.name for one in events] == ["passages", *["claim", "verdict"] * 3, "done"]
    assert [one.id for one in events] == [str(at) for at in range(1, len(events) + 1)]
    answer = events[-1].json
    claims = [one.json for one in events if one.name == "claim"]
    assert "".join(one["delta"] for one in claims) == answer["text"]
    assert [one["claim"] for one in claims] == answer["claims"]
    assert [one["position"] for one in claims] == [0, 1, 2]
    assert [one.json["verdict"] for one in events if one.name == "verdict"] == answer["verdicts"]
    assert events[0].json["passages"] == answer["passages"]
    cited = [pair for one in claims for pair in one["citations"]]
    assert cited == [[at, citation] for at, citation in enumerate(answer["citations"])]


def test_line_breaks_of_every_kind_stay_inside_one_line_of_data() -> None:
    broken = "一\n二\r三\u2028四\x85五\n\ndata: 六"
    answer = replace(custody_answer(broken), text="", claims=(), verdicts=(), citations=())

    class Breaking(ScriptedAnswerer):
        def _answer(self, question: str) -> Answer:
            return answer

    events = streamed(client_of(Breaking()), broken)
    assert [one.name for one in events] == ["passages", "done"]
    assert events[-1].json["question"] == broken


@pytest.mark.parametrize("stream", [False, True])
def test_history_reaches_the_answerer_and_the_completed_question_comes_back(stream: bool) -> None:
    answerer = ScriptedAnswerer()
    client = client_of(answerer)
    history = [{"question": "离婚后房子归谁？", "answer": "由双方协议。"}, {"question": "车呢？"}]
    body = {"question": "抚养呢？", "history": history, "stream": stream}
    reply = client.post("/v1/ask", json=body)
    answer = frames(reply.text)[-1].json if stream else reply.json()
    assert answerer.history == (Turn("离婚后房子归谁？", "由双方协议。"), Turn("车呢？"))
    assert (answer["question"], answer["rewritten"]) == ("抚养呢？", "车呢？（抚养呢？）")


def test_the_schema_describes_every_event() -> None:
    schema = client_of().get("/openapi.json").json()
    stream = schema["paths"]["/v1/ask"]["post"]["responses"]["200"]["content"]["text/event-stream"]
    described = {one["properties"]["event"]["const"]: one for one in stream["itemSchema"]["oneOf"]}
    assert list(described) == ["passages", "claim", "verdict", "done", "error"]
    assert "delta" in described["claim"]["properties"]["data"]["contentSchema"]["properties"]
    named = set(schema["components"]["schemas"])
    used = json.dumps(stream).split("#/components/schemas/")[1:]
    assert used
    assert {one.split('"')[0] for one in used} <= named


# what goes wrong


@pytest.mark.parametrize(
    ("question", "status", "slug"), [(" ", 422, "bad-question"), (EXPLODES, 500, "internal")]
)
def test_what_fails_before_the_first_event_keeps_its_status(
    question: str, status: int, slug: str
) -> None:
    reply = client_of().post("/v1/ask", json={"question": question, "stream": True})
    assert (reply.status_code, reply.json()["type"]) == (status, SLUG_PREFIX + slug)
    assert reply.headers["content-type"] == "application/problem+json"


def test_what_fails_on_the_way_is_the_last_event() -> None:
    events = streamed(client_of(), BREAKS)
    assert [one.name for one in events] == ["passages", "claim", "error"]
    assert events[-1].id == "3"
    problem = events[-1].json
    assert (problem["status"], problem["type"]) == (503, SLUG_PREFIX + "store-damaged")
    assert problem["instance"] == "/v1/ask"
    assert "已损坏" in problem["detail"]


class Failing:
    """Fails in an unforeseen way behind the first event."""

    def answer(self, question: str, **_: Any) -> Answer:
        raise RuntimeError("the secret path /etc/judian")

    def stream(self, question: str, **_: Any) -> Iterator[Event]:
        yield PassagesFound((), "v7")
        raise RuntimeError("the secret path /etc/judian")


def test_an_unforeseen_error_keeps_its_secrets(caplog: pytest.LogCaptureFixture) -> None:
    events = streamed(client_of(Failing()), CUSTODY)
    assert [one.name for one in events] == ["passages", "error"]
    assert events[-1].json["type"] == SLUG_PREFIX + "internal"
    assert "secret" not in events[-1].data
    assert "RuntimeError in the stream of /v1/ask" in caplog.text


# a reader that goes away


@dataclass
class Endless:
    """Tells claims for ever, as a model that repeats itself; counts how often it was stopped."""

    opened: int = 0
    stopped: int = 0
    ended: threading.Event = field(default_factory=threading.Event)

    def answer(self, question: str, **_: Any) -> Answer:
        raise NotImplementedError

    def stream(self, question: str, **_: Any) -> Iterator[Event]:
        self.opened += 1
        try:
            yield PassagesFound((), "v7")
            while True:
                yield ClaimStreamed(0, Claim("又一句。", 0, 4, ()), "又一句。", ())
        finally:
            self.stopped += 1
            self.ended.set()


def endless_app() -> tuple[FastAPI, Endless]:
    answerer = Endless()
    library = doubled()[0].library
    return create_app(services_of(library, answerer, ServeSettings())), answerer


class Reader:
    """An ASGI server whose client goes away once so many events were sent."""

    def __init__(self, app: FastAPI, events: int, spec: str) -> None:
        self.app, self.left, self.spec = app, events, spec
        self.gone = asyncio.Event()
        self.body = [json.dumps({"question": CUSTODY, "stream": True}).encode()]

    async def receive(self) -> Message:
        if self.body:
            return {"type": "http.request", "body": self.body.pop(), "more_body": False}
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if message["type"] != "http.response.body":
            return
        self.left -= 1
        if self.left > 0:
            return
        self.gone.set()
        if self.spec >= "2.4":  # servers of later versions say so when they are written to
            raise OSError("the client is gone")

    async def __call__(self) -> None:
        headers = [(b"host", b"localhost"), (b"content-type", b"application/json")]
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": self.spec},
            "method": "POST",
            "path": "/v1/ask",
            "headers": headers,
            "query_string": b"",
        }
        await self.app(scope, self.receive, self.send)


@pytest.mark.parametrize("spec", ["2.3", "2.4"])
def test_two_hundred_readers_that_leave_stop_the_work_and_leave_no_thread(spec: str) -> None:
    app, answerer = endless_app()
    threads: list[int] = []

    async def leave(times: int) -> None:
        for time in range(times):
            with suppress(ClientDisconnect):
                await Reader(app, 1 + time % 5, spec)()
            assert answerer.stopped == answerer.opened == time + 1
            threads.append(threading.active_count())

    asyncio.run(leave(200))
    assert answerer.stopped == 200
    assert max(threads) == threads[0]


def test_a_connection_that_is_cut_stops_the_work() -> None:
    app, answerer = endless_app()
    config = uvicorn.Config(app, port=0, log_level="critical")
    server = uvicorn.Server(config)
    body = json.dumps({"question": CUSTODY, "stream": True})
    request = (
        "POST /v1/ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body.encode())}\r\n\r\n{body}"
    )
    with config.bind_socket() as listening:
        listening.listen()
        run = {"sockets": [listening]}
        thread = threading.Thread(target=server.run, kwargs=run, daemon=True)
        thread.start()
        with socket.create_connection(listening.getsockname(), timeout=PATIENCE) as connection:
            connection.sendall(request.encode())
            assert connection.recv(4096).startswith(b"HTTP/1.1 200")
        assert answerer.ended.wait(PATIENCE)
        server.should_exit = True
        thread.join(PATIENCE)
    assert answerer.stopped == 1


# every interface


def test_every_door_gives_the_same_answer_and_leaves_document_numbers_whole(
    library: Library,
    write: Writer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("JUDIAN_HOME", str(library.store.path.parent))
    monkeypatch.setattr(api.build, "open_embedder_of", lambda settings: LetterEmbedder())
    library.add([write("通知.txt", NOTICE)])
    answerer = Answerer(library)
    app = create_app(services_of(library, answerer, ServeSettings()))
    client = TestClient(app, base_url=LOCAL)
    numbers = 0
    for question in QUESTIONS:
        by_python = json.loads(json.dumps(plain(answerer.answer(question))))
        by_http = client.post("/v1/ask", json={"question": question}).json()
        events = streamed(client, question)
        capsys.readouterr()
        run_guarded(cli, ["ask", question, "--json"])
        by_command = json.loads(capsys.readouterr().out)["data"]
        doors = [by_python, by_http, by_command, events[-1].json]
        for one in doors:
            one.pop("timings")
            assert one == by_python
        deltas = "".join(one.json["delta"] for one in events if one.name == "claim")
        assert deltas == by_python["text"]
        numbers += deltas.count("国发[2023]15号")
    assert numbers >= 2


def test_doubles_tell_what_the_answerer_would() -> None:
    answer = custody_answer(CUSTODY)
    claims = [event for event in told(answer) if isinstance(event, ClaimStreamed)]
    assert "".join(one.delta for one in claims) == answer.text
    assert [pair[1] for one in claims for pair in one.citations] == list(answer.citations)
