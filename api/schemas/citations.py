"""The JSON of every door: pydantic models with exactly the fields of the dataclasses.

A citation also carries its permalink; nothing else is added.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import quote

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, computed_field

from corpus.legal.resolver import ResolutionState
from corpus.types import CitationState, LapseKind, Origin
from rag.types import DEFAULT_PASSAGES

MAX_K = 100  # more passages than a person or a model reads for one question


def well_formed(text: str) -> str:
    """Return text that has a UTF-8 form: JSON can escape half of a surrogate pair alone."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("含有不成对的代理码位 / holds a lone surrogate") from None
    return text


Text = Annotated[str, AfterValidator(well_formed)]
Start = Annotated[
    int, Field(description="Position of the first code point (Unicode, not UTF-16), from 0.")
]
End = Annotated[
    int, Field(description="Position behind the last code point: the range is half-open.")
]
Path = Annotated[
    tuple[str, ...], Field(description="Headings it stands under, outermost first: 章, 条.")
]
Page = Annotated[int | None, Field(description="From 1, where the format has pages.")]
Share = Annotated[float, Field(description="0 to 1.")]


class Out(BaseModel):
    """What goes out: read from the attributes of a dataclass."""

    model_config = ConfigDict(from_attributes=True)


class In(BaseModel):
    """What comes in: a misspelt field is an error."""

    model_config = ConfigDict(extra="forbid")


class LapseOut(Out):
    """That a text is not in force, and why."""

    kind: LapseKind
    since: Annotated[
        str, Field(description="ISO 8601; for not_yet the day it takes effect; empty: unknown.")
    ]
    title: str | None
    documents: tuple[str, ...]


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


class CitationOut(Out):
    """An exact place: ``quote`` is the canonical text at code points ``[start, end)``."""

    id: str
    document_id: str
    revision: str
    start: Start
    end: End
    quote: str
    path: Path
    page: Page
    title: str
    clause: Annotated[
        str, Field(description="The clause it stands in, in words; empty outside of clauses.")
    ]
    ocr: Annotated[bool, Field(description="Its words were recognised from a picture.")]
    lapse: Annotated[
        LapseOut | None, Field(description="Why the cited text is not in force today, if so.")
    ]
    repeats: Annotated[
        tuple[CitationOut, ...],
        Field(description="Other places in force that make the same statement."),
    ]

    @computed_field(description="Address of this citation on this server.")  # type: ignore[prop-decorator]
    @property
    def permalink(self) -> str:
        """Where the page shows this citation."""
        return f"/?cite={quote(self.id, safe='')}"


class DiffPartOut(Out):
    """A stretch of text that stayed, went or came."""

    kind: Literal["equal", "removed", "added"]
    text: str


class FactOut(Out):
    """One thing known about a document, and where it was found."""

    value: str | tuple[str, ...]
    origin: Origin
    over: Annotated[FactOut | None, Field(description="Where set by hand: what was found instead.")]


class CitedPlaceOut(Out):
    """A citation looked up today."""

    citation: CitationOut
    state: CitationState
    source: str
    before: Annotated[str, Field(description="Text of its paragraph ahead of the quote, as cited.")]
    after: Annotated[str, Field(description="Text of its paragraph behind the quote, as cited.")]
    current: Annotated[
        CitationOut | None, Field(description="The place today; null when changed or gone.")
    ]
    became: Annotated[
        CitationOut | None,
        Field(description="When changed: the paragraph that stands in its place, not the cited."),
    ]
    diff: Annotated[
        tuple[DiffPartOut, ...], Field(description="When changed: from the old paragraph to it.")
    ]
    metadata: Annotated[
        dict[str, FactOut], Field(description="What is known of the cited revision's document.")
    ]
    forms: FormsOut


class FormsOut(Out):
    """A citation as official documents, bibliographies and reference managers write it."""

    official: Annotated[str, Field(description="《title》（number）clause.")]
    gbt7714: Annotated[str, Field(description="A reference by GB/T 7714-2015.")]
    csl_json: Annotated[dict[str, Any], Field(description="An item of CSL-JSON 1.0.2.")]


class PassageOut(Out):
    """What is searched: ``text`` is the document's at code points ``[start, end)``."""

    id: str
    document_id: str
    start: Start
    end: End
    text: str
    path: Path


class PointsOut(Out):
    """What a passage is ranked by: shares of a perfect passage's points."""

    dense: Annotated[float, Field(description="Its cosine above the mean of all passages.")]
    lexical: Annotated[float, Field(description="The question's words in it.")]
    standing: Annotated[float, Field(description="References to its document.")]


class HitOut(Out):
    """One passage found, and what it is ranked by."""

    passage: PassageOut
    score: Share
    rank: Annotated[int, Field(description="From 1.")]
    title: str
    dense: Annotated[float | None, Field(description="Cosine of question and passage.")]
    dense_rank: int | None
    lexical: Annotated[float | None, Field(description="Share of the best possible BM25.")]
    lexical_rank: int | None
    lapse: Annotated[
        LapseOut | None, Field(description="Why its text is not in force today, if so.")
    ]
    points: Annotated[PointsOut, Field(description="What the score is the sum of.")]
    named: Annotated[bool, Field(description="Of a clause the question names: such stand first.")]
    reranked: Annotated[
        float | None, Field(description="By a reranker, which then decides the order.")
    ]


class FoundClauseOut(Out):
    """Where an address leads."""

    state: ResolutionState
    title: Annotated[str, Field(description="Of the law; as asked for where it is not here.")]
    citations: Annotated[
        tuple[CitationOut, ...],
        Field(description="Each the clause: several for copies, or an address not exact."),
    ]
    forms: Annotated[tuple[FormsOut, ...], Field(description="Of the citations, one by one.")]
    reason: Annotated[str, Field(description="Why there is none, for people; else empty.")]
    suggestions: tuple[str, ...]


class HitsOut(Out):
    """Hits, best first."""

    hits: list[HitOut]
    index_version: str


class HealthOut(Out):
    """A word was embedded and searched for just now."""

    status: str
    index_version: str


class InfoOut(Out):
    """What runs here, over which library."""

    name: str
    version: str
    python: str
    index_version: str
    library: dict[str, str | int]


class ProblemOut(Out):
    """RFC 9457 problem details. ``type`` is stable; extension members may follow."""

    type: str
    title: str
    status: int
    detail: str
    instance: str | None = None
