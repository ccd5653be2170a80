"""The HTTP interface over doubles: what goes in, what comes out, and every way it is refused."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.http.app import create_app
from api.http.headers import CONTENT_POLICY
from api.http.problems import BUSY_RETRY_SECONDS, KINDS, SLUG_PREFIX, kind_of
from api.http.routes.documents import base_name
from api.schemas.json_data import plain
from api.services import ServeSettings
from corpus.errors import CorpusError, LibraryBusy, StoreDamaged, UndecidedEncoding
from index.errors import EmbedderMismatch, IndexingError
from rag.defaults import DEFAULT_PASSAGES
from rag.errors import RagError
from rag.question.parse import LONGEST_QUESTION
from tests.api.doubles import (
    CODE,
    CUSTODY,
    EXPLODES,
    FIRST,
    NOWHERE,
    OLD,
    SECOND,
    UNREAD,
    DictLibrary,
    ScriptedAnswerer,
    abstaining_answer,
    answered_by,
    custody_answer,
    doubled,
)

LOCAL = "http://127.0.0.1:8000"
SMALL = ServeSettings(allowed_hosts=("judian.example",), upload_limit=2000, json_limit=500)


def client_of(settings: ServeSettings | None = None) -> tuple[TestClient, DictLibrary]:
    services, library = doubled(settings)
    app = create_app(services)
    return TestClient(app, base_url=LOCAL, raise_server_exceptions=False), library


@pytest.fixture
def client() -> TestClient:
    return client_of()[0]


def problem(reply: Any, status: int, slug: str) -> dict[str, Any]:
    """The body of a reply, once it is seen to be a whole problem of this kind."""
    body = reply.json()
    assert (reply.status_code, body["type"]) == (status, SLUG_PREFIX + slug), body
    assert reply.headers["content-type"] == "application/problem+json"
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    assert reply.headers["content-security-policy"] == CONTENT_POLICY
    assert isinstance(body, dict)
    return body


def subclasses(base: type[Exception]) -> Iterator[type[Exception]]:
    yield base
    for child in base.__subclasses__():
        yield from subclasses(child)


# questions


@pytest.mark.parametrize(
    ("question", "answer"), [(CUSTODY, custody_answer), (NOWHERE, abstaining_answer)]
)
def test_ask_gives_the_answer_of_every_door(client: TestClient, question: str, answer: Any) -> None:
    reply = client.post("/v1/ask", json={"question": question})
    assert reply.status_code == 200
    assert reply.json() == plain(answer(question))
    assert question.encode() in reply.content  # exact UTF-8, no escapes


def test_answer_json_adds_nothing_but_permalinks() -> None:
    answer = custody_answer(CUSTODY)
    told = json.loads(json.dumps(plain(answer)))
    links = [citation.pop("permalink") for citation in told["citations"]]
    assert links == [f"/?cite={FIRST.id}", f"/?cite={SECOND.id}"]
    assert told == json.loads(json.dumps(dataclasses.asdict(answer)))


def test_ask_passes_k_on() -> None:
    answerer = ScriptedAnswerer()
    services = answered_by(doubled()[0], answerer)
    client = TestClient(create_app(services), base_url=LOCAL)
    for sent in ({"k": 1}, {"k": 100}, {}):
        assert client.post("/v1/ask", json={"question": CUSTODY, **sent}).status_code == 200
    assert answerer.asked == [(CUSTODY, 1), (CUSTODY, 100), (CUSTODY, DEFAULT_PASSAGES)]


@pytest.mark.parametrize("path", ["/v1/ask", "/v1/search"])
@pytest.mark.parametrize("k", ["0", "-1", "101", "1e9", "NaN", "Infinity", '"8"', "true", "null"])
def test_k_outside_its_bounds_is_invalid(client: TestClient, path: str, k: str) -> None:
    body = f'{{"question": "抚养", "k": {k}}}'
    reply = client.post(path, content=body, headers={"Content-Type": "application/json"})
    assert problem(reply, 422, "invalid-request")["errors"][0]["at"] == "k"


@pytest.mark.parametrize("path", ["/v1/ask", "/v1/search"])
@pytest.mark.parametrize("question", ["", " \n", "问" * (LONGEST_QUESTION + 1), "问" * 20_000])
def test_question_empty_or_too_long_is_bad(client: TestClient, path: str, question: str) -> None:
    problem(client.post(path, json={"question": question}), 422, "bad-question")


@pytest.mark.parametrize(
    "body", ["{", "[]", "null", "{}", '{"question": 3}', '{"question": "\\ud800"}',
             '{"question": "x", "topk": 3}', '{"question": "x", "\\ud800": 3}', ""]
)  # fmt: skip
def test_malformed_bodies_are_invalid(client: TestClient, body: str) -> None:
    reply = client.post("/v1/ask", content=body, headers={"Content-Type": "application/json"})
    problem(reply, 422, "invalid-request")


def test_search_gives_hits_in_order_up_to_k(client: TestClient) -> None:
    body = client.post("/v1/search", json={"question": "抚养费", "k": 1}).json()
    assert body["index_version"] == "v7"
    assert [(one["rank"], one["passage"]["id"]) for one in body["hits"]] == [(1, FIRST.id)]


def test_citation_is_looked_up_with_its_paragraph(client: TestClient) -> None:
    body = client.get(f"/v1/citations/{SECOND.id}").json()
    assert body["state"] == "valid"
    assert body["citation"]["quote"] == SECOND.quote
    assert body["before"] + body["citation"]["quote"] + body["after"] in CODE.text
    assert body["current"]["permalink"] == f"/?cite={SECOND.id}"
    assert client.get(f"/v1/citations/{OLD.id}").json()["current"] is None
    problem(client.get("/v1/citations/nothing"), 404, "unknown-citation")


# documents


def test_documents_are_listed_read_and_removed(client: TestClient) -> None:
    listed = client.get("/v1/documents").json()["documents"]
    assert listed[0]["source"] == CODE.source
    assert client.get(f"/v1/documents/{CODE.id}").json()["text"] == CODE.text
    assert client.delete(f"/v1/documents/{CODE.id}").json()["title"] == CODE.title
    for reply in (
        client.get(f"/v1/documents/{CODE.id}"),
        client.delete(f"/v1/documents/{CODE.id}"),
    ):
        problem(reply, 404, "unknown-document")


def test_upload_tells_each_outcome_in_order_and_adds_what_it_can() -> None:
    client, library = client_of()
    sent = [
        ("files", ("../../etc/甲.txt", b"one")),
        ("files", ("bad.bin", b"\xff\xfe")),
        ("files", ("C:\\docs\\甲.txt", b"two")),
        ("files", ("乙.txt", "二".encode())),
    ]
    reply = client.post("/v1/documents", files=sent)
    assert reply.status_code == 200
    told = [(one["source"], one["state"]) for one in reply.json()["outcomes"]]
    assert told == [
        ("upload:甲.txt", "added"),
        ("upload:bad.bin", "refused"),
        ("upload:甲.txt", "refused"),  # the second of one name would replace the first
        ("upload:乙.txt", "added"),
    ]
    assert [(one.name, one.data) for one in library.added] == [
        ("甲.txt", b"one"), ("bad.bin", b"\xff\xfe"), ("乙.txt", "二".encode())
    ]  # fmt: skip
    again = client.post("/v1/documents", files=[("files", ("甲.txt", b"new"))])
    assert again.json()["outcomes"][0]["state"] == "updated"


def test_an_upload_may_go_to_a_collection() -> None:
    client, library = client_of()
    sent = {"files": ("甲.txt", "甲".encode())}
    client.post("/v1/documents", files=sent, data={"collection": " 教育 ", "tag": ["要闻", " "]})
    assert library.options == {"collection": "教育", "tags": ("要闻",)}
    client.post("/v1/documents", files=sent)
    assert library.options == {}


def test_facts_are_set_by_hand_and_told_with_what_they_hide(client: TestClient) -> None:
    given = {"文号": "国发[2023]15号", "language": "", "标签": ["教育", "数字化"]}
    reply = client.patch(f"/v1/documents/{CODE.id}", json={"metadata": given})
    assert reply.status_code == 200
    assert reply.json()["metadata"] == {
        "number": {"value": "国发〔2023〕15号", "origin": "hand", "over": None},
        "tags": {"value": ["教育", "数字化"], "origin": "hand", "over": None},
        "language": {
            "value": "",
            "origin": "hand",
            "over": {"value": "zh", "origin": "front_matter", "over": None},
        },
    }
    for wrong in ({"isued": "2023-01-01"}, {"issued": "2023-02-30"}, {"title": ""}):
        refused = client.patch(f"/v1/documents/{CODE.id}", json={"metadata": wrong})
        assert (refused.status_code, refused.json()["type"]) == (422, f"{SLUG_PREFIX}bad-fact")


def test_upload_of_which_all_is_refused_is_a_problem_with_outcomes(client: TestClient) -> None:
    reply = client.post("/v1/documents", files=[("files", ("empty.txt", b""))])
    body = problem(reply, 422, "nothing-added")
    assert [(one["source"], one["state"]) for one in body["outcomes"]] == [
        ("upload:empty.txt", "refused")
    ]
    assert body["outcomes"][0]["reason"]
    sent = [("files", ("empty.txt", b"")), ("files", ("full.txt", b"x"))]
    added = client.post("/v1/documents", files=sent).json()
    assert body["outcomes"] == added["outcomes"][:1]  # with all its members
    problem(client.post("/v1/documents", files=[("files", ("a/..", b"x"))]), 422, "nothing-added")
    problem(client.post("/v1/documents", data={"files": "x"}), 422, "invalid-request")
    problem(client.post("/v1/documents"), 422, "invalid-request")


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("a/b/c.md", "c.md"),
        ("C:\\a\\c.md", "c.md"),
        ("..", ""),
        ("a/", ""),
        ("e\u0301.txt", "é.txt"),
        (" x\x00\n.txt ", "x.txt"),
        ("国发〔2023〕15号.txt", "国发〔2023〕15号.txt"),
    ],
)
def test_base_name_is_the_last_part_in_one_form(sent: str, name: str) -> None:
    assert base_name(sent) == name


def test_quarantine_tells_reasons(client: TestClient) -> None:
    [held] = client.get("/v1/quarantine").json()["quarantined"]
    assert held["source"] == "upload:旧档.txt"
    assert held["reason"] == UNREAD


# problems


@pytest.mark.parametrize("tree", [CorpusError, IndexingError, RagError])
def test_every_error_of_every_tree_has_a_kind_of_its_own(tree: type[Exception]) -> None:
    for package in ("corpus", "index", "rag"):
        module = importlib.import_module(f"{package}.errors")
        named = {one for _, one in inspect.getmembers(module, inspect.isclass)}
        assert {one for one in named if issubclass(one, tree)} <= set(KINDS)
    assert {one for one in subclasses(tree) if one.__module__.endswith(".errors")} <= set(KINDS)
    slugs = [kind.slug for kind in KINDS.values()]
    assert len(slugs) == len(set(slugs))


def test_class_that_is_not_in_the_table_is_told_as_its_base() -> None:
    derived = type("Derived", (UndecidedEncoding,), {})
    assert kind_of(derived).slug == "undecided-encoding"
    assert kind_of(KeyError).status == 500


@pytest.mark.parametrize(
    ("error", "status", "slug"),
    [
        (LibraryBusy("held by process 7"), 409, "library-busy"),
        (StoreDamaged("not a database"), 503, "store-damaged"),
        (EmbedderMismatch("made by a, not b"), 503, "embedder-mismatch"),
    ],
)
def test_errors_of_the_library_are_told_in_their_words(
    error: Exception, status: int, slug: str
) -> None:
    client, library = client_of()
    library.broken = error
    reply = client.get("/v1/documents")
    body = problem(reply, status, slug)
    assert body["detail"] == str(error)
    assert body["instance"] == "/v1/documents"
    busy = {"retry-after": str(BUSY_RETRY_SECONDS)} if status == 409 else {}
    assert {name: reply.headers[name] for name in reply.headers if name == "retry-after"} == busy


def test_unforeseen_error_is_logged_and_keeps_its_secrets(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, logger="api.http.problems"):
        reply = client.post("/v1/ask", json={"question": EXPLODES})
    problem(reply, 500, "internal")
    assert "secret" not in reply.text
    assert "RuntimeError at POST /v1/ask" in caplog.text
    assert reply.headers["x-content-type-options"] == "nosniff"


def test_addresses_and_methods_that_are_not_there_are_problems(client: TestClient) -> None:
    problem(client.get("/nowhere"), 404, "not-found")
    problem(client.get("/docs"), 404, "not-found")  # its viewer would load from a CDN
    problem(client.get("/web/../app.py"), 404, "not-found")
    problem(client.get("/web/%2e%2e%2fapp.py"), 404, "not-found")
    reply = client.get("/v1/ask")
    problem(reply, 405, "method-not-allowed")
    assert reply.headers["allow"] == "POST"


# limits and guards


def test_declared_body_over_the_limit_is_refused_unread() -> None:
    client, library = client_of(SMALL)
    question = {"question": "问" * 500}
    problem(client.post("/v1/ask", json=question), 413, "too-large")
    upload = [("files", ("big.txt", b"x" * 3000))]
    problem(client.post("/v1/documents", files=upload), 413, "too-large")
    assert library.added == []
    fitting = [("files", ("fits.txt", b"x" * 1000))]  # over the JSON limit, under the upload limit
    assert client.post("/v1/documents", files=fitting).status_code == 200


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/v1/ask", "application/json"), ("/v1/documents", "multipart/form-data; boundary=b")],
)
def test_streamed_body_over_the_limit_is_cut_off(path: str, kind: str) -> None:
    client, library = client_of(SMALL)
    head = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\n'

    def pieces() -> Iterator[bytes]:
        yield head
        yield from [b"x" * 100] * 50

    reply = client.post(path, content=pieces(), headers={"Content-Type": kind})
    problem(reply, 413, "too-large")
    assert library.added == []


def test_page_and_replies_carry_the_security_headers(client: TestClient) -> None:
    for path in ("/", "/web/app.js", "/v1/documents", "/healthz"):
        headers = client.get(path).headers
        assert headers["content-security-policy"] == CONTENT_POLICY
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "access-control-allow-origin" not in headers
    assert client.get("/v1/documents").headers["cache-control"] == "no-store"
    assert client.get("/web/app.js").headers["content-type"] == "text/javascript; charset=utf-8"
    assert client.head("/").status_code == 200


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:8000", 200),
        ("LOCALHOST", 200),
        ("[::1]:8000", 200),
        ("judian.example", 200),
        ("judian.example:443", 200),
        ("evil.example", 400),
        ("127.0.0.1.evil.example", 400),
        ("[::1", 400),
        ("", 400),
    ],
)
def test_only_known_hosts_are_served(host: str, status: int) -> None:
    client, _ = client_of(SMALL)
    reply = client.get("/v1/info", headers={"Host": host})
    assert reply.status_code == status
    if status == 400:
        problem(reply, 400, "unknown-host")


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({}, True),
        ({"Origin": LOCAL, "Sec-Fetch-Site": "same-origin"}, True),
        ({"Origin": "https://judian.example"}, True),  # a proxy that renames Host
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}, False),
        ({"Origin": "http://127.0.0.1:3000"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "http://[bad"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
    ],
)
def test_only_the_own_page_may_write(headers: dict[str, str], allowed: bool) -> None:
    client, library = client_of(SMALL)
    reply = client.post("/v1/documents", files=[("files", ("a.txt", b"a"))], headers=headers)
    assert [file.name for file in library.added] == (["a.txt"] if allowed else [])
    if not allowed:
        problem(reply, 403, "cross-origin")


# the service itself


def test_health_is_bad_when_the_check_fails() -> None:
    client, library = client_of()
    assert client.get("/healthz").json() == {"status": "ok", "index_version": "v7"}
    for broken in (StoreDamaged("x"), LibraryBusy("y"), RuntimeError("secret")):
        library.broken = broken
        reply = client.get("/healthz")
        problem(reply, 503, "not-healthy")
        assert "secret" not in reply.text


def test_info_tells_versions_and_the_library(client: TestClient) -> None:
    body = client.get("/v1/info").json()
    assert body["index_version"] == "v7"
    assert body["library"] == {"model": "letters", "engine": "numpy", "passages": 4, "documents": 3}


def test_schema_says_positions_are_code_points_and_errors_are_problems(client: TestClient) -> None:
    schema = client.get("/openapi.json").json()
    for name in ("CitationOut", "ClaimOut", "PassageOut"):
        fields = schema["components"]["schemas"][name]["properties"]
        assert "code point" in fields["start"]["description"]
        assert "half-open" in fields["end"]["description"]
    for operations in schema["paths"].values():
        for operation in operations.values():
            assert "application/problem+json" in operation["responses"]["4XX"]["content"]
            assert "422" not in operation["responses"]
