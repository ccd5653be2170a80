"""An OpenAI-compatible endpoint, good and bad, served on loopback by the test itself."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from corpus.messages.message import Message, message_of
from rag.drafts import ChatMessage
from rag.errors import GenerationFailed
from rag.writing.models.endpoint import EndpointModel

MESSAGES = (ChatMessage("system", "只看所给的段落。"), ChatMessage("user", "谁负责？"))
KEY = "secret-key"
Reply = Callable[[BaseHTTPRequestHandler], None]


class Server:
    """Answers the requests it gets with the replies it was given, the last one again and again."""

    def __init__(self, replies: Sequence[Reply]) -> None:
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        left = list(replies)
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                outer.asked.append(json.loads(self.rfile.read(length)))
                outer.headers.append(dict(self.headers))
                reply = left.pop(0) if len(left) > 1 else left[0]
                reply(self)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        class Quiet(ThreadingHTTPServer):
            def handle_error(self, *_: object) -> None:
                """Say nothing of clients that hang up: some tests are about that."""

        self._http = Quiet(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}/v1"

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    servers: list[Server] = []

    def start(*replies: Reply) -> Server:
        servers.append(Server(replies))
        return servers[-1]

    yield start
    for one in servers:
        one.close()


def sends(body: bytes, status: int = 200, kind: str = "text/event-stream", **headers: str) -> Reply:
    def reply(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", kind)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return reply


def events(*pieces: str, done: bool = True, field: str = "content") -> bytes:
    lines = [json.dumps({"choices": [{"delta": {field: piece}}]}) for piece in pieces]
    if done:
        lines += [json.dumps({"choices": [{"delta": {}, "finish_reason": "stop"}]}), "[DONE]"]
    return "".join(f"data: {line}\n\n" for line in lines).encode()


def model(url: str, **more: Any) -> EndpointModel:
    waits = more.pop("waits", [])
    return EndpointModel(url, "qwen", key=KEY, sleep=waits.append, **more)


def told(endpoint: EndpointModel) -> str:
    return "".join(endpoint.stream(MESSAGES, most_tokens=200))


def test_the_pieces_of_a_stream_are_passed_on(serve: Callable[..., Server]) -> None:
    server = serve(sends(events("校长", "负责", "。[^1]")))
    assert list(model(server.url).stream(MESSAGES, most_tokens=200)) == ["校长", "负责", "。[^1]"]
    (asked,) = server.asked
    assert asked["model"] == "qwen"
    assert asked["max_tokens"] == 200
    assert asked["messages"][1] == {"role": "user", "content": "谁负责？"}
    assert server.headers[0]["Authorization"] == f"Bearer {KEY}"


def test_a_whole_reply_is_taken_though_a_stream_was_asked_for(
    serve: Callable[..., Server],
) -> None:
    body = json.dumps(
        {"choices": [{"message": {"content": "校长负责。"}, "finish_reason": "stop"}]}
    )
    server = serve(sends(body.encode(), kind="application/json"))
    assert told(model(server.url)) == "校长负责。"


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_busy_server_is_asked_again(serve: Callable[..., Server], status: int) -> None:
    waits: list[float] = []
    server = serve(sends(b"busy", status, Retry_After="3"), sends(events("好。")))
    assert told(model(server.url, waits=waits)) == "好。"
    assert waits == [3.0]


def test_a_server_that_stays_busy_is_given_up(serve: Callable[..., Server]) -> None:
    server = serve(sends(b"busy", 503))
    with pytest.raises(GenerationFailed, match="503"):
        told(model(server.url))
    assert len(server.asked) == 3


def test_a_wait_of_an_hour_is_not_waited(serve: Callable[..., Server]) -> None:
    waits: list[float] = []
    server = serve(sends(b"busy", 429, Retry_After="3600"))
    with pytest.raises(GenerationFailed, match="429"):
        told(model(server.url, waits=waits))
    assert waits == []


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (sends(b"no", 401), "JUDIAN_MODEL_KEY"),
        (sends(b"no", 404), "JUDIAN_MODEL"),
        (sends(f"bad key {KEY}".encode(), 400), "400"),
        (sends(b"", 302, Location="http://127.0.0.1:1/"), "302"),
        (sends(b"<html>error</html>", kind="text/html"), "qwen"),
        (sends(b"\xff\xfe\x00rubbish"), "UTF-8"),
        (sends(b"data: {not json}\n\n"), "JSON"),
        (sends(b""), "qwen"),
        (sends(events()), "qwen"),
        (sends(events("想了想", field="reasoning_content")), "JUDIAN_MODEL_TOKENS"),
        (sends(b'data: {"error": {"message": "out of memory"}}\n\n'), "out of memory"),
        (sends(b"data: " + b"x" * 10_000_000), "qwen"),
    ],
)
def test_a_bad_reply_is_a_failure_with_its_reason(
    serve: Callable[..., Server], reply: Reply, words: str
) -> None:
    with pytest.raises(GenerationFailed, match=words) as failure:
        told(model(serve(reply).url))
    assert KEY not in str(failure.value)
    message = message_of(failure.value)
    assert isinstance(message, Message)
    assert message.code == "rag.endpoint"


def test_a_stream_that_breaks_off_gives_what_it_had_and_fails(
    serve: Callable[..., Server],
) -> None:
    server = serve(sends(events("校长负责。", done=False)))
    pieces = model(server.url).stream(MESSAGES, most_tokens=200)
    assert next(pieces) == "校长负责。"
    with pytest.raises(GenerationFailed):
        list(pieces)
    assert len(server.asked) == 1  # never again after the first piece


def test_a_reply_without_end_is_cut(serve: Callable[..., Server]) -> None:
    def forever(handler: BaseHTTPRequestHandler) -> None:
        sends(b"")(handler)
        try:
            while True:
                handler.wfile.write(events("说" * 100, done=False))
        except OSError:
            return  # the client hung up: what the test is about

    said: list[str] = []
    with pytest.raises(GenerationFailed):
        said.extend(model(serve(forever).url).stream(MESSAGES, most_tokens=200))
    assert sum(map(len, said)) <= 200 * 16 + 100


def test_a_drip_of_bytes_ends_with_the_time_set(serve: Callable[..., Server]) -> None:
    clock = iter(range(0, 10_000, 40))

    def drip(handler: BaseHTTPRequestHandler) -> None:
        sends(b"")(handler)
        try:
            while True:
                handler.wfile.write(b": still thinking\n\n")
        except OSError:
            return  # the client hung up

    slow = model(serve(drip).url, timeout=60.0, clock=lambda: float(next(clock)))
    with pytest.raises(GenerationFailed, match="JUDIAN_MODEL_TIMEOUT"):
        told(slow)


def test_a_server_that_is_down_is_said_to_be_unreachable() -> None:
    waits: list[float] = []
    with pytest.raises(GenerationFailed, match=r"127\.0\.0\.1:9"):
        told(model("http://127.0.0.1:9/v1", waits=waits))
    assert waits == [0.5, 2.0]


def test_closing_the_iterator_closes_the_connection(serve: Callable[..., Server]) -> None:
    hung_up = threading.Event()

    def forever(handler: BaseHTTPRequestHandler) -> None:
        sends(b"")(handler)
        try:
            while True:
                handler.wfile.write(events("说。", done=False))
        except OSError:
            hung_up.set()

    pieces = model(serve(forever).url).stream(MESSAGES, most_tokens=100_000)
    assert next(pieces) == "说。"
    pieces.close()  # type: ignore[attr-defined]
    assert hung_up.wait(timeout=30)
