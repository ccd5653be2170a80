"""The JSON of requests: what comes from outside is checked for its form here, by pydantic."""

from __future__ import annotations

import json
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from corpus.messages.message import Message
from eval.errors import BadSet
from eval.runs.one_question import DEFAULT_HITS, DEFAULT_WORKERS
from eval.sets.question_sets import parse_set
from eval.types import EvalSet
from rag.defaults import DEFAULT_PASSAGES
from rag.types import Label

MAX_K = 100  # more passages than a person or a model reads for one question
MOST_WORKERS = 8  # questions at once: more only wait for one another's processors
NAME_LIMIT = 100  # characters of a set's or a person's name
WHERE = "questions"  # what errors call a set that came without a file


def well_formed(text: str) -> str:
    """Return text that has a UTF-8 form: JSON can escape half of a surrogate pair alone."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError(Message("http.lone_surrogate")) from None
    return text


Text = Annotated[str, AfterValidator(well_formed)]
Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=NAME_LIMIT),
    AfterValidator(well_formed),
]


class In(BaseModel):
    """What comes in: a misspelt field is an error."""

    model_config = ConfigDict(extra="forbid")


class ScopeIn(In):
    """Which documents a question is put to."""

    as_of: Annotated[
        Text | None, Field(description="A day, ISO 8601: the versions in force then. Null: today.")
    ] = None
    where: Annotated[
        tuple[Text, ...], Field(description="Conditions, all of them: issued >= 2020-01-01.")
    ] = ()
    collections: Annotated[tuple[Text, ...], Field(description="One of these.")] = ()
    tags: Annotated[tuple[Text, ...], Field(description="All of these.")] = ()


class QuestionIn(ScopeIn):
    """A question, and how many passages to look at."""

    question: Text
    k: Annotated[int, Field(strict=True, ge=1, le=MAX_K)] = DEFAULT_PASSAGES


class TurnIn(In):
    """A question asked before, and the text of its answer."""

    question: Text
    answer: Text = ""
    citations: Annotated[
        tuple[Text, ...],
        Field(description="Ids of what that answer cited, in order: 第三款呢？ is asked of these."),
    ] = ()


class AskIn(QuestionIn):
    """A question to be answered, and the conversation it belongs to."""

    history: Annotated[
        tuple[TurnIn, ...],
        Field(description="The turns before it, oldest first. The last 50 are looked at."),
    ] = ()
    stream: Annotated[
        bool, Field(description="Answer with server-sent events, claim by claim.")
    ] = False


class FactIn(In):
    """A text that is taken for true."""

    text: Text
    title: Text = ""


class VerifyIn(ScopeIn):
    """A text to verify. With ``facts`` it is compared with these, else against the library."""

    text: Text
    facts: Annotated[
        tuple[FactIn, ...] | None,
        Field(description="What to hold the text against; null: the documents of the library."),
    ] = None


class FactsIn(In):
    """Facts to be set by hand, and those to go back to what was found."""

    metadata: Annotated[
        dict[Text, Text | tuple[Text, ...]],
        Field(
            default_factory=dict,
            description="number, issued, tags…; an empty value says that nothing is known.",
        ),
    ]
    undo: Annotated[
        tuple[Text, ...], Field(description="Keys whose hand-set value is taken back.")
    ] = ()


class EvalIn(In):
    """A set of questions to run: as objects, or as the text of a JSONL file; exactly one."""

    questions: Annotated[
        list[dict[str, Any]] | None, Field(description="Objects as in the lines of a set.")
    ] = None
    set: Annotated[str | None, Field(description="The text of a set: JSON, one line each.")] = None
    name: Name = WHERE
    k: Annotated[int, Field(strict=True, ge=1, le=MAX_K)] = DEFAULT_HITS
    workers: Annotated[int, Field(strict=True, ge=1, le=MOST_WORKERS)] = DEFAULT_WORKERS
    anew: Annotated[bool, Field(description="Do not resume a stopped run of equal inputs.")] = False

    @model_validator(mode="after")
    def one_set(self) -> EvalIn:
        """Refuse none and both."""
        if (self.questions is None) == (self.set is None):
            raise ValueError(Message("http.questions_or_set"))
        return self

    def eval_set(self) -> EvalSet:
        """Return the questions. Raises BadSet."""
        text = self.set if self.set is not None else _lines(self.questions or [])
        # Half of a surrogate pair is no UTF-8: it is refused as such, with its line.
        return parse_set(text.encode("utf-8", errors="surrogatepass"), WHERE, self.name)


class LabelIn(In):
    """What a person makes of a claim and the text it cites."""

    question: Text
    claim: Annotated[int, Field(strict=True, ge=0)]
    label: Label
    by: Name


def _lines(questions: list[dict[str, Any]]) -> str:
    """Return questions as the text of a set. Raises BadSet for what nests too deep."""
    try:
        return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in questions)
    except RecursionError as error:
        raise BadSet(Message("http.nested_too_deep", where=WHERE)) from error
