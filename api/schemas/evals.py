"""What of evaluations goes out in another shape than the program's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from api.evaluations.states import EvalProgress
from api.schemas.json_data import shaped
from eval.comparison.comparing import Comparison, Difference
from eval.measures.table import Measure
from eval.runs.labels import ClaimToLabel, GivenLabel, Labels
from rag.types import Label


@dataclass(frozen=True, slots=True)
class EvalsOut:
    """Every run, the newest first, and what their measures are called, in the order of reports."""

    evals: Sequence[EvalProgress]
    measures: Sequence[Measure]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvalDetailOut(EvalProgress):
    """Where one evaluation stands, and its sums once it is finished."""

    result: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class EvalRecordsOut:
    """Some of a run's records, in the set's order, each with ``problems``, in words."""

    total: int
    offset: int
    questions: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class DifferenceOut:
    """One measure over one slice, before and after."""

    measure: str
    slice: Annotated[str, "Empty: all questions."]
    n: int
    before: float
    after: float
    difference: float
    low: Annotated[float, "Of the 95 % interval of the difference."]
    high: float
    p: float
    adjusted: Annotated[float, "p among all that is compared."]
    effect: float
    lower_is_better: bool


@dataclass(frozen=True, slots=True)
class FlipOut:
    """A question that one run got right and the other wrong."""

    id: str
    question: str
    worse: tuple[str, ...]
    better: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ComparisonOut:
    """What changed from one run to another of the same set."""

    before: str
    after: str
    set_name: str
    questions: int
    equal: bool
    differences: tuple[DifferenceOut, ...]
    folds: tuple[DifferenceOut, ...]
    flips: tuple[FlipOut, ...]
    changed: Annotated[Mapping[str, tuple[Any, Any]], "Of what the runs were made with."]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimToLabelOut(ClaimToLabel):
    """A claim to label."""

    labels: Annotated[Mapping[str, Label], "Given so far: person to label."]


@dataclass(frozen=True, slots=True)
class ClaimsOut:
    """Some of a run's claims, in an order whose beginning is a fair sample."""

    total: Annotated[int, "Claims that were asked for."]
    claims_total: Annotated[int, "All claims of the run."]
    offset: int
    claims: Sequence[ClaimToLabelOut]


@dataclass(frozen=True, slots=True)
class AgreementOut:
    """How far a judge agrees with people, or one person with another."""

    judge: str
    against: Annotated[str, "people, or a person's name."]
    n: int
    accuracy: float | None
    kappa: Annotated[float | None, "Cohen's; null where it is not defined."]
    undecided: Annotated[int, "Claims that people are tied on."]


@dataclass(frozen=True, slots=True)
class AgreementsOut:
    """The agreement of every judge with people."""

    agreements: Sequence[AgreementOut]
    people: tuple[str, ...]
    labels: Annotated[int, "Those that are used."]
    stale: Annotated[tuple[GivenLabel, ...], "Not used: the claim reads otherwise."]
    unreadable: int


def comparison_out(compared: Comparison) -> ComparisonOut:
    """Return a comparison as it goes out."""
    return shaped(
        ComparisonOut,
        compared,
        differences=_differences(compared.differences),
        folds=_differences(compared.folds),
        flips=tuple(
            shaped(FlipOut, one, id=one.question.id, question=one.question.text)
            for one in compared.flips
        ),
    )


def agreements_out(rows: Sequence[Mapping[str, Any]], labels: Labels) -> AgreementsOut:
    """Return agreements as they go out, with what they were made from."""
    agreements = [AgreementOut(**row) for row in rows]
    return shaped(AgreementsOut, labels, agreements=agreements, labels=len(labels.used))


def _differences(some: Sequence[Difference]) -> tuple[DifferenceOut, ...]:
    return tuple(shaped(DifferenceOut, one) for one in some)
