"""A model behind an OpenAI-compatible endpoint: vLLM, Ollama, llama.cpp, DeepSeek, Qwen."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING

from corpus.messages.message import Message, changed, message_of
from rag.drafts import ChatMessage, closed_after
from rag.errors import GenerationFailed
from rag.writing.models.endpoint_reply import BadReply, error_words, read_reply

if TYPE_CHECKING:
    import httpx2

CONNECT = 5.0  # seconds: a server that is there accepts at once
TOTAL = 120.0  # seconds of one answer: a model on a few cores writes 800 tokens in about a minute
DESCRIBED_WITHIN = 10.0  # seconds: a list of models is short
WINDOW = 12_000  # code points: some 8,000 tokens of Chinese, which every server of today takes
ATTEMPTS = 3
BACKOFF = (0.5, 2.0)  # seconds before the second and the third attempt
LONGEST_WAIT = 20.0  # seconds that a server may ask us to wait, in Retry-After
LONGEST_TOKEN = 16  # code points: a reply of more than this for each token ignores the limit
MOST_ERROR = 4_096  # bytes read of a refusal

_WORTH_TRYING = frozenset(
    (
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    )
)


class _Passing(Exception):
    """A failure that may not be one the next time."""

    def __init__(self, message: str, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait  # seconds the server asked for


class EndpointModel:
    """Streams from an endpoint, one connection an answer; closing the iterator closes it.

    Tried again, within the total time and never after the first piece: a refused or broken
    connection, and the states of a server that is busy or restarting. Redirects and the proxies
    of the environment are not followed: messages go to the address that was set, or nowhere.
    """

    def __init__(
        self,
        url: str,
        model: str,
        *,
        key: str = "",
        timeout: float = TOTAL,
        window: int = WINDOW,
        connect: float = CONNECT,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """``url`` ends where ``/chat/completions`` begins, mostly in ``/v1``."""
        self._url = url.rstrip("/").removesuffix("/chat/completions")
        self._model = model
        self._key = key
        self._timeout = timeout
        self._window = window
        self._connect = min(connect, timeout)
        self._clock = clock
        self._sleep = sleep

    @property
    def name(self) -> str:
        """Model and endpoint."""
        return f"{self._model} @ {self._url}"

    @property
    def window(self) -> int:
        """Code points of messages it is given at most."""
        return self._window

    def stream(self, messages: Sequence[ChatMessage], *, most_tokens: int) -> Iterator[str]:
        """Yield the reply in pieces, none empty. Raises GenerationFailed."""
        deadline = self._clock() + self._timeout
        for attempt in range(ATTEMPTS):
            said = False
            try:
                with closed_after(self._once(messages, most_tokens, deadline)) as pieces:
                    for piece in pieces:
                        said = True
                        yield piece
                return
            except _Passing as error:
                wait = error.wait if error.wait is not None else BACKOFF[min(attempt, 1)]
                late = self._clock() + wait >= deadline
                if said or late or wait > LONGEST_WAIT or attempt + 1 == ATTEMPTS:
                    raise GenerationFailed(message_of(error)) from error
            self._sleep(wait)

    def describe(self) -> str:
        """Return a line on the endpoint, once it was reached. Raises GenerationFailed."""
        import httpx2

        try:
            with self._client(DESCRIBED_WITHIN) as client:
                reply = client.get(f"{self._url}/models", headers=self._headers())
        except (httpx2.HTTPError, httpx2.InvalidURL, UnicodeError) as error:
            raise GenerationFailed(self._unreachable(error)) from error
        if reply.status_code in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            raise self._refused(reply.status_code, reply.content[:MOST_ERROR])
        listed = reply.is_success and f'"{self._model}"' in reply.text
        if listed:
            return Message("rag.endpoint_lists", name=self.name)
        return Message("rag.endpoint_does_not_list", name=self.name)

    def _client(self, read: float) -> httpx2.Client:
        import httpx2

        limits = httpx2.Timeout(read, connect=self._connect)
        return httpx2.Client(timeout=limits, trust_env=False, follow_redirects=False)

    def _headers(self) -> dict[str, str]:
        # A compressed reply could unfold to any size.
        plain = {"Accept-Encoding": "identity", "Connection": "close"}
        return {**plain, "Authorization": f"Bearer {self._key}"} if self._key else plain

    def _once(
        self, messages: Sequence[ChatMessage], most_tokens: int, deadline: float
    ) -> Iterator[str]:
        import httpx2

        body = {
            "model": self._model,
            "messages": [{"role": one.role, "content": one.text} for one in messages],
            "stream": True,
            "max_tokens": most_tokens,
            "temperature": 0,
        }
        most = most_tokens * LONGEST_TOKEN
        url = f"{self._url}/chat/completions"
        try:
            with (
                self._client(self._timeout) as client,
                client.stream("POST", url, json=body, headers=self._headers()) as response,
            ):
                chunks = self._in_time(response.iter_bytes(), deadline)
                self._check(response, chunks)
                yield from read_reply(chunks, most_characters=most)
        except BadReply as error:
            raise GenerationFailed(self._says(message_of(error))) from error
        except (httpx2.ReadTimeout, httpx2.WriteTimeout, httpx2.PoolTimeout) as error:
            raise self._too_slow() from error
        except httpx2.TransportError as error:
            raise _Passing(self._unreachable(error)) from error
        except (httpx2.HTTPError, httpx2.InvalidURL, UnicodeError) as error:
            raise GenerationFailed(self._unreachable(error)) from error

    def _in_time(self, chunks: Iterator[bytes], deadline: float) -> Iterator[bytes]:
        """Pass the reply on, up to the deadline: a drip of bytes never times out by itself."""
        for chunk in chunks:
            if self._clock() > deadline:
                raise self._too_slow()
            yield chunk

    def _check(self, response: httpx2.Response, chunks: Iterator[bytes]) -> None:
        """Raise what a status other than success means."""
        if response.is_success:
            return
        body = b""
        for chunk in chunks:
            body += chunk
            if len(body) >= MOST_ERROR:
                break
        failure = self._refused(response.status_code, body[:MOST_ERROR])
        if response.status_code in _WORTH_TRYING:
            raise _Passing(message_of(failure), _seconds(response.headers.get("Retry-After", "")))
        raise failure

    def _refused(self, status: int, body: bytes) -> GenerationFailed:
        words = error_words(body)
        told = f"{status} ({words})" if words else status
        why = Message("rag.endpoint_status", status=told, advice=_advice(status))
        return GenerationFailed(self._says(why))

    def _too_slow(self) -> GenerationFailed:
        why = Message("rag.endpoint_too_slow", seconds=self._timeout)
        return GenerationFailed(self._says(why))

    def _unreachable(self, error: Exception) -> str:
        what = f"{type(error).__name__}: {error}".rstrip(": ")
        return self._says(Message("rag.endpoint_unreachable", what=what))

    def _says(self, why: str) -> str:
        """Return a message for people that names the endpoint and never holds the key."""
        message = Message("rag.endpoint", url=self._url, model=self._model, why=why)
        key = self._key
        return changed(message, lambda text: text.replace(key, "***")) if key else message


def _advice(status: int) -> Message:
    """Return what to do about a status that is no success."""
    if 300 <= status < 400:
        return Message("rag.redirects", setting="JUDIAN_MODEL_URL")
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return Message("rag.check", settings="JUDIAN_MODEL_KEY")
    if status == HTTPStatus.NOT_FOUND:
        return Message("rag.check", settings=("JUDIAN_MODEL_URL", "JUDIAN_MODEL"))
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return Message("rag.lower_window")
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Message("rag.ask_later")
    return Message("rag.see_its_log")


def _seconds(retry_after: str) -> float | None:
    """Return the seconds of a Retry-After; None for a date, which needs the server's clock."""
    return float(retry_after) if retry_after.strip().isdecimal() else None
