"""The JSON of labels: claims out, what people make of them in, and how far judges agree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from api.schemas.citations import In, Out, Path, Text
from api.schemas.evals import Name
from eval.runs.labels import ClaimToLabel, GivenLabel, Labels
from rag.types import Label


class CitedQuoteOut(Out):
    """Text that a claim cites."""

    quote: str
    title: str
    path: Path
    clause: str


class ClaimToLabelOut(Out):
    """A claim to label."""

    question: str
    question_text: str
    claim: int
    text: str
    quotes: tuple[CitedQuoteOut, ...]
    labels: Annotated[dict[str, Label], Field(description="Given so far: person to label.")]


class ClaimsOut(Out):
    """Some of a run's claims, in an order whose beginning is a fair sample."""

    total: Annotated[int, Field(description="Claims that were asked for.")]
    claims_total: Annotated[int, Field(description="All claims of the run.")]
    offset: int
    claims: list[ClaimToLabelOut]


class LabelIn(In):
    """What a person makes of a claim and the text it cites."""

    question: Text
    claim: Annotated[int, Field(strict=True, ge=0)]
    label: Label
    by: Name


class LabelOut(Out):
    """A label as it was kept."""

    question: str
    claim: int
    text_digest: str
    label: Label
    by: str
    at: str


class AgreementOut(Out):
    """How far a judge agrees with people, or one person with another."""

    judge: str
    against: Annotated[str, Field(description="people, or a person's name.")]
    n: int
    accuracy: float | None
    kappa: Annotated[float | None, Field(description="Cohen's; null where it is not defined.")]
    undecided: Annotated[int, Field(description="Claims that people are tied on.")]


class AgreementsOut(Out):
    """The agreement of every judge with people."""

    agreements: list[AgreementOut]
    people: tuple[str, ...]
    labels: Annotated[int, Field(description="Those that are used.")]
    stale: Annotated[list[LabelOut], Field(description="Not used: the claim reads otherwise.")]
    unreadable: int


def claim_out(claim: ClaimToLabel, labels: Mapping[str, str]) -> ClaimToLabelOut:
    """Return a claim with its labels as it goes out."""
    return ClaimToLabelOut(
        question=claim.question,
        question_text=claim.question_text,
        claim=claim.claim,
        text=claim.text,
        quotes=tuple(CitedQuoteOut.model_validate(one) for one in claim.quotes),
        labels={person: Label(label) for person, label in labels.items()},
    )


def agreements_out(rows: list[dict[str, Any]], labels: Labels) -> AgreementsOut:
    """Return agreements as they go out, with what they were made from."""
    return AgreementsOut(
        agreements=[AgreementOut.model_validate(row) for row in rows],
        people=labels.people,
        labels=len(labels.used),
        stale=[label_out(one) for one in labels.stale],
        unreadable=labels.unreadable,
    )


def label_out(given: GivenLabel) -> LabelOut:
    """Return a label as it goes out."""
    return LabelOut.model_validate(given)
