"""The JSON of verification: anybody's text held against given facts, or against the library."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from api.schemas.citations import CitationOut, End, In, Out, ScopeIn, Share, Start, Text
from rag.types import Label
from rag.verification.checker import TextReport


class FactIn(In):
    """A text that is taken for true."""

    text: Text
    title: Text = ""


class VerifyIn(ScopeIn):
    """A text to verify. With ``facts`` it is held against these, else against the library."""

    text: Text
    facts: Annotated[
        tuple[FactIn, ...] | None,
        Field(description="What to hold the text against; null: the documents of the library."),
    ] = None


class CheckedClaimOut(Out):
    """One sentence: the text given at code points ``[start, end)``, markers included."""

    text: Annotated[str, Field(description="Without markers, bullets and heading marks.")]
    start: Start
    end: End
    grounding_check_required: Annotated[
        bool, Field(description="False for what claims nothing: a heading, a question.")
    ]
    label: Annotated[Label | None, Field(description="Null where no check is required.")]
    support: Share
    reasons: tuple[str, ...]
    citation_indices: Annotated[
        tuple[int, ...],
        Field(
            description="Positions in ``citations``, from 0: what supports it; where nothing"
            " does, the nearest place."
        ),
    ]


class CitedFactOut(Out):
    """A place that a sentence was held against, in a document or in a given fact."""

    citation: Annotated[CitationOut | None, Field(description="Null: of a given fact.")]
    fact: Annotated[int | None, Field(description="Position in the facts given, from 0.")]
    start: Start
    end: End
    quote: str


class TextReportOut(Out):
    """A text verified. All positions are code points, half-open."""

    text: str
    claims: tuple[CheckedClaimOut, ...]
    citations: tuple[CitedFactOut, ...]
    groundedness: Annotated[
        float | None,
        Field(description="Share of its claims that are supported; null: it claims nothing."),
    ]
    index_version: Annotated[str, Field(description="Empty when held against given facts.")]


def report_out(report: TextReport) -> TextReportOut:
    """Return a report as it goes out, by every door."""
    claims = tuple(
        CheckedClaimOut(
            text=one.text,
            start=one.start,
            end=one.end,
            grounding_check_required=one.label is not None,
            label=one.label,
            support=one.support,
            reasons=one.reasons,
            citation_indices=one.citations,
        )
        for one in report.claims
    )
    return TextReportOut(
        text=report.text,
        claims=claims,
        citations=tuple(CitedFactOut.model_validate(one) for one in report.citations),
        groundedness=report.groundedness,
        index_version=report.index_version,
    )


def report_json(report: TextReport) -> dict[str, Any]:
    """Return a report as plain JSON data."""
    return report_out(report).model_dump(mode="json")
