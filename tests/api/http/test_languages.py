"""Every reply in the language of whoever asks, in both for whoever names neither."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient
from starlette.types import Message as AsgiMessage

from api.http.app import create_app
from api.http.problems import (
    CROSS_ORIGIN,
    INTERNAL,
    INVALID,
    KINDS,
    STATUS_KINDS,
    UNKNOWN_HOST,
    NothingAdded,
)
from api.services import ServeSettings
from corpus.errors import BadFact
from corpus.messages.message import LANGUAGES, Language, Message, catalogue, said
from corpus.types import AddOutcome, AddState
from rag.types import Answer, Note, NoteKind
from tests.api.doubles import (
    BREAKS,
    CODE,
    CUSTODY,
    EXPLODES,
    READING,
    UNREAD,
    DictLibrary,
    ScriptedAnswerer,
    answered_by,
    custody_answer,
    doubled,
)

LOCAL = "http://127.0.0.1:8000"
ASKED: dict[Language | None, dict[str, str]] = {
    "zh": {"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"},
    "en": {"Accept-Language": "en-GB,en;q=0.9,zh;q=0.1"},
    None: {},
}
REASON = Message("http.too_large", limit=7)


class Reasoning(ScriptedAnswerer):
    """Gives messages for reasons, as verification does."""

    def _answer(self, question: str) -> Answer:
        answer = custody_answer(question)
        verdicts = tuple(replace(one, reasons=(REASON, "甲")) for one in answer.verdicts)
        notes = (Note(NoteKind.PREMISE, REASON),)
        return replace(answer, verdicts=verdicts, notes=notes)


def client_of(**settings: Any) -> tuple[TestClient, DictLibrary]:
    services, library = doubled(ServeSettings(**settings))
    app = create_app(answered_by(services, Reasoning()))
    return TestClient(app, base_url=LOCAL, raise_server_exceptions=False), library


@pytest.fixture
def client() -> TestClient:
    return client_of()[0]


def in_language(reply: Any, language: Language | None) -> Any:
    """A reply, once it is seen to say which language it is in."""
    assert reply.headers.get_list("content-language") == ([language] if language else [])
    assert reply.headers.get_list("vary") == ["Accept-Language"]
    return reply


# problems


@pytest.mark.parametrize("language", ASKED)
def test_a_problem_is_told_in_the_readers_language(
    client: TestClient, language: Language | None
) -> None:
    reply = client.get("/v1/documents/nothing", headers=ASKED[language])
    body = in_language(reply, language).json()
    message = Message("http.title_unknown_document")
    assert body == {
        "type": "urn:judian:problem:unknown-document",
        "title": said(message, language),
        "status": 404,
        "detail": said(message, language),
        "instance": "/v1/documents/nothing",
        "code": "http.title_unknown_document",
        "fields": {},
    }


def test_fields_are_plain_values_and_messages_in_them_are_said() -> None:
    client, library = client_of()
    library.broken = BadFact(Message("http.setting_refused", given="甲", takes=REASON))
    body = client.get("/v1/documents", headers=ASKED["en"]).json()
    assert body["fields"] == {"given": "甲", "takes": REASON.text("en")}
    assert body["detail"] == f"甲 cannot be used: it must be {REASON.text('en')}."
    library.broken = BadFact("words of no catalogue")
    body = client.get("/v1/documents", headers=ASKED["en"]).json()
    assert body["detail"] == "words of no catalogue"
    assert body.keys().isdisjoint({"code", "fields"})


def test_every_kind_has_its_title_in_the_catalogues() -> None:
    others = (INVALID, INTERNAL, UNKNOWN_HOST, CROSS_ORIGIN)
    for kind in (*KINDS.values(), *STATUS_KINDS.values(), *others):
        assert kind.title.code in catalogue("zh")
        assert kind.title.text("zh") != kind.title.text("en")


@pytest.mark.parametrize("language", ASKED)
@pytest.mark.parametrize(
    ("method", "path", "sent", "code"),
    [
        ("GET", "/nowhere", {}, "title_not_found"),
        ("GET", "/web/nothing.js", {}, "no_such_file"),
        ("GET", "/v1/ask", {}, "title_method_not_allowed"),
        ("GET", "/v1/info", {"Host": "evil.example"}, "unknown_host"),
        ("POST", "/v1/ask", {"Origin": "https://evil.example"}, "cross_origin"),
    ],
)
def test_what_stands_before_the_routes_refuses_in_it_too(
    client: TestClient,
    language: Language | None,
    method: str,
    path: str,
    sent: dict[str, str],
    code: str,
) -> None:
    reply = in_language(client.request(method, path, headers=ASKED[language] | sent), language)
    assert reply.json()["detail"] == said(Message(f"http.{code}"), language)


@pytest.mark.parametrize("language", ASKED)
def test_a_body_over_the_limit_is_refused_in_it(language: Language | None) -> None:
    client, _ = client_of(json_limit=100)

    def pieces() -> Iterator[bytes]:  # of no declared length
        yield from [b"x" * 60] * 2

    kind = {"Content-Type": "application/json"}
    for body in (b"x" * 120, pieces()):
        reply = client.post("/v1/ask", content=body, headers=ASKED[language] | kind)
        told = in_language(reply, language).json()
        assert told["detail"] == said(Message("http.too_large", limit=100), language)
        assert told["fields"] == {"limit": 100}


@pytest.mark.parametrize("language", ASKED)
def test_an_unforeseen_error_is_told_in_it(language: Language | None) -> None:
    app = create_app(doubled()[0])
    client = TestClient(app, base_url=LOCAL, raise_server_exceptions=False)
    reply = client.post("/v1/ask", json={"question": EXPLODES}, headers=ASKED[language])
    body = in_language(reply, language).json()
    assert body["title"] == said(Message("http.title_internal"), language)
    assert body["detail"] == said(Message("http.unforeseen"), language)


def test_our_own_checks_of_a_request_speak_it_and_the_librarys_stay(client: TestClient) -> None:
    kind = {"Content-Type": "application/json"}
    body = '{"question": "\\ud800", "k": 0}'
    for language in LANGUAGES:
        told = client.post("/v1/ask", content=body, headers=ASKED[language] | kind).json()
        assert told["title"] == INVALID.title.text(language)
        assert [one["message"] for one in told["errors"]] == [
            Message("http.lone_surrogate").text(language),
            "Input should be greater than or equal to 1",
        ]


# what is told of documents


@pytest.mark.parametrize("language", ASKED)
def test_notes_and_reasons_are_told_in_it(client: TestClient, language: Language | None) -> None:
    headers = ASKED[language]
    read = in_language(client.get(f"/v1/documents/{CODE.id}", headers=headers), language).json()
    assert read["receipt"]["notes"] == [said(READING, language)]
    assert read["text"] == CODE.text
    [held] = client.get("/v1/quarantine", headers=headers).json()["quarantined"]
    assert held["reason"] == said(UNREAD, language)
    sent = [("files", ("甲.txt", b"one")), ("files", ("甲.txt", b"two"))]
    _, again = client.post("/v1/documents", files=sent, headers=headers).json()["outcomes"]
    assert again["reason"] == said(Message("http.same_name"), language)
    refused = client.post("/v1/documents", files=[("files", ("乙", b""))], headers=headers).json()
    assert refused["outcomes"][0]["reason"] == said(UNREAD, language)
    assert said(UNREAD, language or "zh") in refused["detail"]


def test_what_is_no_message_is_told_as_it_is(client: TestClient) -> None:
    info = client.get("/v1/info", headers=ASKED["en"]).json()
    assert info["library"] == doubled()[1].describe()  # numbers stay numbers
    for path in ("/", "/web/app.js"):
        headers = client.get(path, headers=ASKED["en"]).headers
        assert "content-language" not in headers


# answers and streams


@pytest.mark.parametrize("language", ASKED)
def test_reasons_of_an_answer_and_of_its_stream_are_told_in_it(
    client: TestClient, language: Language | None
) -> None:
    body = {"question": CUSTODY}
    plain = client.post("/v1/ask", json=body, headers=ASKED[language])
    answer = in_language(plain, language).json()
    assert [one["reasons"] for one in answer["verdicts"]] == [[said(REASON, language), "甲"]] * 3
    assert answer["notes"][0]["message"] == said(REASON, language)
    reply = client.post("/v1/ask", json={**body, "stream": True}, headers=ASKED[language])
    events = told(in_language(reply, language).text)
    assert events[-1] == ("done", answer)
    verdicts = [data["verdict"] for name, data in events if name == "verdict"]
    assert verdicts == answer["verdicts"]


def told(text: str) -> list[tuple[str, Any]]:
    """Events of a stream: name and data."""
    lines = [block.split("\n") for block in text.strip().split("\n\n")]
    return [(name[len("event: ") :], json.loads(data[len("data: ") :])) for _, name, data in lines]


@pytest.mark.parametrize("spec", ["2.3", "2.4"])  # a stream is sent from another task, or not
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_stream_that_fails_ends_with_the_problem_in_it(language: Language, spec: str) -> None:
    [*_, (name, problem)] = told(asyncio.run(streamed(BREAKS, language, spec)))
    assert name == "error"
    message = Message("http.title_store_damaged")
    assert problem["title"] == problem["detail"] == message.text(language)
    assert (problem["code"], problem["fields"]) == (message.code, {})


async def streamed(question: str, language: Language, spec: str) -> str:
    """The body of a stream as an ASGI server of a version gets it."""
    body = json.dumps({"question": question, "stream": True}).encode()
    asked = [{"type": "http.request", "body": body, "more_body": False}]
    parts: list[bytes] = []

    async def receive() -> AsgiMessage:
        if asked:
            return asked.pop()
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: AsgiMessage) -> None:
        parts.append(message.get("body", b""))

    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": spec},
        "method": "POST",
        "path": "/v1/ask",
        "headers": [
            (b"host", b"localhost"),
            (b"content-type", b"application/json"),
            (b"accept-language", language.encode()),
        ],
        "query_string": b"",
    }
    await create_app(doubled()[0])(scope, receive, send)
    return b"".join(parts).decode()


def test_requests_at_once_keep_their_languages_apart(client: TestClient) -> None:
    wanted: list[Language | None] = ["zh", "en", None] * 20

    def reason(language: Language | None) -> str:
        reply = client.post("/v1/ask", json={"question": CUSTODY}, headers=ASKED[language])
        found: str = reply.json()["verdicts"][0]["reasons"][0]
        return found

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(reason, wanted)) == [said(REASON, one) for one in wanted]


# headers


@pytest.mark.parametrize(
    "header",
    [
        *(b"", b"fr", b"*", b"\xff\xfe", b"zh\xc3\x28", "中文".encode(), b"en;q=", b"zh;q=-1"),
        *(b"en;q=1;q=0", b",;,;", b"zh," * 5000, b"en;q=0." + b"1" * 20_000, b"-" * 20_000),
    ],
)
def test_a_hostile_header_chooses_no_language(client: TestClient, header: bytes) -> None:
    reply = client.get("/v1/documents/nothing", headers={b"Accept-Language": header})
    body = in_language(reply, None).json()
    assert body["detail"] == Message("http.title_unknown_document")


def test_a_refused_upload_names_each_file_with_its_reason() -> None:
    outcomes = [AddOutcome(f"upload:{name}", AddState.REFUSED, reason=UNREAD) for name in "甲乙"]
    message = NothingAdded(outcomes).args[0]
    why = UNREAD.text("en")
    assert message.text("en") == f"No file was added: upload:甲 ({why}), upload:乙 ({why})."
