"""From an address to the clause it names: in the version in force on a day, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from corpus.legal.addresses import Address, Step
from corpus.legal.clauses import Clause, Clauses, label
from corpus.legal.instruments import Instrument, Instruments, Version
from corpus.messages.message import Message

ClausesOf = Callable[[str], Clauses]


class ResolutionState(StrEnum):
    """What resolving an address came to."""

    FOUND = "found"
    CLAUSE_DOES_NOT_EXIST = "clause_does_not_exist"
    NO_SUCH_LAW = "no_such_law"
    NOT_IN_FORCE = "not_in_force"


@dataclass(frozen=True, slots=True)
class Resolution:
    """Where an address leads."""

    state: ResolutionState
    address: Address
    title: str  # of the law, as it is titled here; as asked for where there is none
    clauses: tuple[Clause, ...] = ()  # several: copies in other files, or an address not exact
    extent: str = ""  # how far the law goes, where the clause does not exist
    suggestions: tuple[str, ...] = ()  # titles somebody may have meant
    versions: tuple[Version, ...] = ()  # those there are, where none fits

    @property
    def reason(self) -> str:
        """Return why there is no clause; "" where there is one."""
        law, extent = self.title, self.extent
        clause = "".join(label(step) for step in self.address.steps)
        if self.state is ResolutionState.CLAUSE_DOES_NOT_EXIST and extent:
            return Message("corpus.no_such_clause_extent", law=law, clause=clause, extent=extent)
        if self.state is ResolutionState.CLAUSE_DOES_NOT_EXIST:
            return Message("corpus.no_such_clause", law=law, clause=clause)
        if self.state is ResolutionState.NO_SUCH_LAW and not self.address.name:
            return Message("corpus.which_law", clause=clause)
        if self.state is ResolutionState.NO_SUCH_LAW and self.suggestions:
            similar = [f"《{title}》" for title in self.suggestions]
            return Message("corpus.no_such_law_similar", law=law, similar=similar)
        if self.state is ResolutionState.NO_SUCH_LAW:
            return Message("corpus.no_such_law", law=law)
        if self.state is ResolutionState.NOT_IN_FORCE:
            days = [one.issued or "?" for one in self.versions]
            return Message("corpus.not_in_force", law=law, days=days)
        return ""


def resolve(
    address: Address,
    instruments: Instruments,
    clauses_of: ClausesOf,
    as_of: date,
    within: str | None = None,
) -> Resolution:
    """Return where an address leads on a day.

    ``within`` is the document it is written in: 本法第十条 is an article of that one's version.
    An edition written with the name is taken instead of the version in force.
    """
    if not address.name:
        own = instruments.of_document(within) if within else None
        if own is None or within is None:
            return Resolution(ResolutionState.NO_SUCH_LAW, address, "")
        version = next(one for one in own.versions if within in one.documents)
        return _in_version(address, own, version, clauses_of, instruments)
    candidates = instruments.named(address.name)
    if not candidates:
        similar = tuple(instruments.similar(address.name))
        return Resolution(ResolutionState.NO_SUCH_LAW, address, address.name, suggestions=similar)
    resolutions = [_of(address, one, instruments, clauses_of, as_of) for one in candidates]
    found = [one for one in resolutions if one.state is ResolutionState.FOUND]
    if found:
        return _joined(found)
    # Of several laws of the name, the one that has such a version says how far it goes.
    missing = ResolutionState.CLAUSE_DOES_NOT_EXIST
    return next((one for one in resolutions if one.state is missing), resolutions[0])


def _of(
    address: Address,
    instrument: Instrument,
    instruments: Instruments,
    clauses_of: ClausesOf,
    as_of: date,
) -> Resolution:
    if address.edition:
        version = _edition(instrument, address.edition)
    else:
        # Asked for by name, a repealed text is shown for what it is: its citation says so.
        version = instruments.in_force(instrument, as_of) or _begun(instrument, as_of)
    if version is None:
        return Resolution(
            ResolutionState.NOT_IN_FORCE,
            address,
            instrument.title,
            versions=instrument.versions,
        )
    return _in_version(address, instrument, version, clauses_of, instruments)


def _begun(instrument: Instrument, as_of: date) -> Version | None:
    begun = [one for one in instrument.versions if one.begins is None or one.begins <= as_of]
    return begun[-1] if begun else None


def _edition(instrument: Instrument, edition: str) -> Version | None:
    """Return the version of a year or day written with the name."""
    wanted = edition.replace("年", "-").replace("月", "-").replace(".", "-").strip("-日")
    wanted = "-".join(part.zfill(2) for part in wanted.split("-"))
    fitting = [one for one in instrument.versions if (one.issued or "").startswith(wanted)]
    return fitting[-1] if fitting else None


def _in_version(
    address: Address,
    instrument: Instrument,
    version: Version,
    clauses_of: ClausesOf,
    instruments: Instruments,
) -> Resolution:
    articles = {one: instruments.article(one) for one in version.documents}
    files = {
        document: clauses_of(document)
        for document, article in articles.items()
        if article is None or _may_hold(article, address)
    }
    clauses: list[Clause] = []
    for name, one in sorted(files.items(), key=lambda item: _place(articles[item[0]])):
        article = articles[name]
        whole = article is not None and address.last  # an article of a range
        clauses += one.find([article]) if article and whole else _span(address, one, files)
    if clauses:
        return Resolution(
            ResolutionState.FOUND, address, instrument.title, tuple(_outermost(clauses))
        )
    return Resolution(
        ResolutionState.CLAUSE_DOES_NOT_EXIST,
        address,
        instrument.title,
        extent=_lacking(address, list(files.values())) or _last(articles.values()),
    )


def _place(article: Step | None) -> tuple[int, int]:
    return (article.number, article.branch) if article is not None else (0, 0)


def _may_hold(article: Step, address: Address) -> bool:
    """Say whether a document that is one article may hold what an address names."""
    first = next((step for step in address.steps if step.kind == "条"), None)
    last = next((step for step in address.last if step.kind == "条"), first)
    if first is None or last is None:
        return False
    return _place(first) <= _place(article) <= _place(last)


def _last(articles: Iterable[Step | None]) -> str:
    """Return how far a law goes whose articles are documents of their own."""
    known = [step for step in articles if step is not None]
    if not known:
        return ""
    return Message("corpus.last_article", article=label(max(known, key=_place)))


def _span(address: Address, here: Clauses, files: dict[str, Clauses]) -> Iterator[Clause]:
    first = here.find(address.steps)
    if not address.last:
        yield from first
        return
    last = here.find(address.last)
    if first and last and last[0].end > first[0].start:
        one = first[0]
        yield Clause(one.document_id, one.steps, one.start, last[0].end)
    elif first and _exists(address.last, files):
        # A range that continues in another file: what of it stands in this one.
        end = max(clause.end for clause in here if clause.steps[-1].kind == "条")
        yield Clause(first[0].document_id, first[0].steps, first[0].start, end)
    elif last and _exists(address.steps, files):
        begin = min(c.start for c in here if c.steps[-1].kind == "条")
        yield Clause(last[0].document_id, last[0].steps, begin, last[0].end)


def _exists(steps: Sequence[Step], files: dict[str, Clauses]) -> bool:
    return any(one.find(steps) for one in files.values())


def _outermost(clauses: Sequence[Clause]) -> list[Clause]:
    """Leave out what stands inside another that is named as well."""
    return [
        one
        for one in clauses
        if not any(
            other is not one
            and other.document_id == one.document_id
            and other.start <= one.start
            and one.end <= other.end
            and (other.start, other.end) != (one.start, one.end)
            for other in clauses
        )
    ]


def _lacking(address: Address, files: Sequence[Clauses]) -> str:
    """Return how far the clause goes that the one asked for would be in, or else the law."""
    inner = (one.lacks(address.steps) for one in files)
    return next((said for said in inner if said), "") or _extent(files)


def _extent(files: Sequence[Clauses]) -> str:
    last = [step for one in files if (step := one.last_article())]
    if not last:
        return ""
    furthest = max(last, key=lambda step: (step.number, step.branch))
    return Message("corpus.last_article", article=label(furthest))


def _joined(found: Sequence[Resolution]) -> Resolution:
    clauses = tuple(clause for one in found for clause in one.clauses)
    return Resolution(ResolutionState.FOUND, found[0].address, found[0].title, clauses)
