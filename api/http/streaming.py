"""Answers told as server-sent events: each claim once it is verified, the whole answer last.

The form is the HTML standard's (text/event-stream): an ``id`` that counts, the event's name, one
line of JSON.
"""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterator
from itertools import chain

from anyio import CancelScope
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from api.http.problems import INTERNAL, KINDS, NOTHING_TO_TELL, Problem, known_problem
from api.schemas.models import ProblemOut, out
from rag.events import ClaimStreamed, Done, Event, PassagesFound, VerdictStreamed
from rag.types import Answer

logger = logging.getLogger(__name__)

ERROR = "error"  # name of the event that ends a stream in which something failed
KNOWN_ERRORS = tuple(KINDS)
MODELS: dict[str, type[BaseModel]] = {
    PassagesFound.name: out(PassagesFound),
    ClaimStreamed.name: out(ClaimStreamed),
    VerdictStreamed.name: out(VerdictStreamed),
    Done.name: out(Answer),
    ERROR: ProblemOut,
}
# A proxy that collects a reply before it passes it on would undo the streaming.
HEADERS = {"X-Accel-Buffering": "no"}


class EventStream(StreamingResponse):
    """Tells events as they come; however it ends, what they come from is stopped."""

    media_type = "text/event-stream"

    def __init__(self, events: Iterator[Event], path: str) -> None:
        """Wait for the first event: what goes wrong before it keeps its HTTP status."""
        self._events = _relayed(events)
        first = next(self._events)
        super().__init__(_frames(chain((first,), self._events), path), headers=HEADERS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the events. A reader that went away, or an error, ends the work too."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            # No thread is inside the iterator any more: Starlette waits for the one it cancels.
            with CancelScope(shield=True):
                await run_in_threadpool(self._events.close)


def event_data(event: Event) -> str:
    """Return an event as one line of JSON; ``done`` is the answer as by every other interface."""
    told = event.answer if isinstance(event, Done) else event
    return MODELS[event.name].model_validate(told, from_attributes=True).model_dump_json()


def stream_description() -> dict[str, object]:
    """Return what the schema says of the stream, as OpenAPI 3.2 describes such."""
    return {"itemSchema": {"oneOf": [_described(name) for name in MODELS]}}


def _described(name: str) -> dict[str, object]:
    schema = MODELS[name].model_json_schema(
        ref_template="#/components/schemas/{model}", mode="serialization"
    )
    schema.pop("$defs", None)  # the answer brings all of them into the components
    data = {"type": "string", "contentMediaType": "application/json", "contentSchema": schema}
    return {
        "type": "object",
        "properties": {"id": {"type": "string"}, "event": {"const": name}, "data": data},
        "required": ["id", "event", "data"],
    }


def _relayed(events: Iterator[Event]) -> Generator[Event, None, None]:
    """Pass events on; closing this closes what they come from."""
    yield from events


def _frames(events: Iterator[Event], path: str) -> Iterator[bytes]:
    number = 0
    try:
        for number, event in enumerate(events, start=1):
            yield _frame(number, event.name, event_data(event))
    except KNOWN_ERRORS as error:
        problem = known_problem(error, path)
        if problem.kind.status >= 500:
            logger.error("stream of %s: %s", path, error, exc_info=error)
        yield _frame(number + 1, ERROR, problem.body())
    except Exception as error:
        logger.error("%s in the stream of %s", type(error).__name__, path)
        yield _frame(number + 1, ERROR, Problem(INTERNAL, NOTHING_TO_TELL, path).body())
        raise  # for the server's log: the reader was told


def _frame(number: int, name: str, data: str) -> bytes:
    text = f"id: {number}\nevent: {name}\ndata: {data}\n\n"
    return text.encode("utf-8", errors="backslashreplace")
