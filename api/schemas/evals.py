"""The JSON of evaluation: sets in, runs, their sums, records, comparisons and labels out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from api.evaluations.states import EvalProgress, EvalState
from api.schemas.citations import MAX_K, In, Out, well_formed
from eval.comparison.comparing import Comparison
from eval.errors import BadSet
from eval.measures.table import MEASURES
from eval.runs.one_question import DEFAULT_HITS, DEFAULT_WORKERS
from eval.sets.question_sets import parse_set
from eval.types import EvalSet

MOST_WORKERS = 8  # questions at once: more only wait for one another's processors
NAME_LIMIT = 100  # characters of a set's or a person's name
WHERE = "questions"  # what errors call a set that came without a file
Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=NAME_LIMIT),
    AfterValidator(well_formed),
]


class EvalIn(In):
    """A set of questions to run: as objects, or as the text of a JSONL file; exactly one."""

    questions: Annotated[
        list[dict[str, Any]] | None, Field(description="Objects as in the lines of a set.")
    ] = None
    set: Annotated[str | None, Field(description="The text of a set: JSON, one line each.")] = None
    name: Name = WHERE
    k: Annotated[int, Field(strict=True, ge=1, le=MAX_K)] = DEFAULT_HITS
    workers: Annotated[int, Field(strict=True, ge=1, le=MOST_WORKERS)] = DEFAULT_WORKERS
    anew: Annotated[bool, Field(description="Do not go on with a stopped run of equal inputs.")] = (
        False
    )

    @model_validator(mode="after")
    def one_set(self) -> EvalIn:
        """Refuse none and both."""
        if (self.questions is None) == (self.set is None):
            raise ValueError("questions 与 set 须给且只给一个 / give questions or set, one of them")
        return self

    def eval_set(self) -> EvalSet:
        """Return the questions. Raises BadSet."""
        text = self.set if self.set is not None else _lines(self.questions or [])
        # Half of a surrogate pair is no UTF-8: it is refused as such, with its line.
        return parse_set(text.encode("utf-8", errors="surrogatepass"), WHERE, self.name)


class EvalOut(Out):
    """Where an evaluation stands."""

    id: str
    set_name: str
    started: str
    state: EvalState
    done: int
    total: int
    seconds_left: float | None
    error: Annotated[str, Field(description="Why it failed; else empty.")]
    measures: Annotated[
        dict[str, Any] | None, Field(description="Of a finished one: name to value and n.")
    ]


class MeasureOut(Out):
    """What a measure is called, and which way is better."""

    name: str
    zh: str
    en: str
    lower_is_better: bool


class EvalsOut(Out):
    """Every run, the newest first, and what their measures are called, in the order of reports."""

    evals: list[EvalOut]
    measures: list[MeasureOut]


class EvalDetailOut(EvalOut):
    """Where one evaluation stands, and its sums once it is finished."""

    result: dict[str, Any] | None


class EvalRecordsOut(Out):
    """Some of a run's records, in the set's order, each with ``problems``, in words."""

    total: int
    offset: int
    questions: list[dict[str, Any]]


class DifferenceOut(Out):
    """One measure over one slice, before and after."""

    measure: str
    slice: Annotated[str, Field(description="Empty: all questions.")]
    n: int
    before: float
    after: float
    difference: float
    low: Annotated[float, Field(description="Of the 95 % interval of the difference.")]
    high: float
    p: float
    adjusted: Annotated[float, Field(description="p among all that is compared.")]
    effect: float
    lower_is_better: bool


class FlipOut(Out):
    """A question that one run got right and the other wrong."""

    id: str
    question: str
    worse: tuple[str, ...]
    better: tuple[str, ...]


class ComparisonOut(Out):
    """What changed from one run to another of the same set."""

    before: str
    after: str
    set_name: str
    questions: int
    equal: bool
    differences: tuple[DifferenceOut, ...]
    folds: tuple[DifferenceOut, ...]
    flips: tuple[FlipOut, ...]
    changed: Annotated[
        dict[str, tuple[Any, Any]], Field(description="Of what the runs were made with.")
    ]


def eval_out(told: EvalProgress) -> EvalOut:
    """Return progress as it goes out."""
    return EvalOut.model_validate(told)


def evals_out(every: Iterable[EvalProgress]) -> EvalsOut:
    """Return every run as it goes out."""
    measures = [MeasureOut.model_validate(one) for one in MEASURES]
    return EvalsOut(evals=[eval_out(one) for one in every], measures=measures)


def detail_out(told: EvalProgress, result: Mapping[str, Any] | None) -> EvalDetailOut:
    """Return progress with sums as it goes out."""
    plain = {name: getattr(told, name) for name in EvalProgress.__slots__}
    return EvalDetailOut.model_validate({**plain, "result": result})


def comparison_out(compared: Comparison) -> ComparisonOut:
    """Return a comparison as it goes out."""
    return ComparisonOut(
        before=compared.before,
        after=compared.after,
        set_name=compared.set_name,
        questions=compared.questions,
        equal=compared.equal,
        differences=tuple(DifferenceOut.model_validate(one) for one in compared.differences),
        folds=tuple(DifferenceOut.model_validate(one) for one in compared.folds),
        flips=tuple(
            FlipOut(
                id=one.question.id,
                question=one.question.text,
                worse=one.worse,
                better=one.better,
            )
            for one in compared.flips
        ),
        changed=dict(compared.changed),
    )


def _lines(questions: list[dict[str, Any]]) -> str:
    """Return questions as the text of a set. Raises BadSet for what nests too deep."""
    try:
        return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in questions)
    except RecursionError as error:
        raise BadSet(f"{WHERE}: 嵌套太深。 / Nested too deep.") from error
