"""A citation in the forms that official documents, bibliographies and reference managers use."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from corpus.messages.message import Message
from corpus.text.script import fold, is_han, share_han
from corpus.types import Citation, DocumentFacts

# One of twenty characters: Simplified text has a few that fold (乾隆, 瞭望), Traditional a third.
_TRADITIONAL_SHARE = 0.05
_CHINESE_SHARE = 0.3  # a Chinese text may hold names and units in Latin letters

_REMARK = re.compile(r"[(（〔\[][^()（）〔〕\[\]]*[)）〕\]]\s*$")  # （2018年修正）, （试行）
_STANDARD = re.compile(r"[A-Z]{2,}(?:/[A-Z]{1,2})? ?[0-9]")  # GB/T 33190-2016, DB11/T 3, JTS 242
_LAW = re.compile(
    r"(?:宪法|法典|条例|规定|办法|规则|细则|规程|决定|解释|(?<![方做用书语手])法)$"
    r"|\b(?:law|act|code|constitution|ordinance|regulations?|rules|measures|provisions)\b"
)
_TREATY = re.compile(r"(?:公约|条约|协定|议定书)$|\b(?:treaty|convention|protocol)\b")
_REPORT = re.compile(r"(?:报告|白皮书)$|\b(?:report|white paper)\b")
_ISO_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")


@dataclass(frozen=True, slots=True)
class Forms:
    """A citation as official documents, bibliographies and reference managers write it."""

    official: Annotated[str, "《title》（number）clause."]
    gbt7714: Annotated[str, "A reference by GB/T 7714-2015."]
    csl_json: Annotated[dict[str, Any], "An item of CSL-JSON 1.0.2."]


def forms_of(citation: Citation, facts: DocumentFacts | None, accessed: date) -> Forms:
    """Return a citation in every form; ``accessed`` is the day it is written down.

    Without facts, as of a document that was removed since, its title is all that is known.
    """
    facts = facts or DocumentFacts(
        citation.document_id, citation.revision, citation.title, "", "", {}
    )
    return Forms(
        official(citation, facts),
        gbt7714(citation, facts, accessed),
        csl_json(citation, facts),
    )


def official(citation: Citation, facts: DocumentFacts) -> str:
    """Return 《title》（number）clause, as Chinese official documents cite each other.

    The number is left out where none is known; without a clause the page stands, if there is one.
    Titles inside the title take single brackets (GB/T 15834-2011, 4.15).
    """
    number = _said(facts, "number")
    where = citation.clause or (f"第{citation.page}页" if citation.page is not None else "")
    inner = _title(citation).replace("《", "〈").replace("》", "〉")
    return f"《{inner}》{f'（{number}）' if number else ''}{where}"


def gbt7714(citation: Citation, facts: DocumentFacts, accessed: date) -> str:
    """Return the reference by GB/T 7714-2015: issuer. title: number[Z]. (issued): place[accessed].

    That edition has no letter for laws and official documents, so they are Z (others); reports are
    R and standards S. GB/T 7714-2025, in force from July 2026, drops the date of access of
    everything that is not read online; this is the form of 2015. What is not known is left out.
    """
    issuers, number, issued = _values(facts, "issuer"), _said(facts, "number"), _issued(facts)
    place = citation.clause or (str(citation.page) if citation.page is not None else "")
    title = f"{_title(citation)}{f': {number}' if number else ''}[{_letter(citation, number)}]"
    when = f"({issued})" if issued else ""
    where = ": ".join(part for part in (when, place) if part)
    opening = ". ".join(part for part in (", ".join(issuers), title) if part)
    return f"{opening}. {where}[{accessed.isoformat()}]."


def csl_json(citation: Citation, facts: DocumentFacts) -> dict[str, Any]:
    """Return the citation as an item of CSL-JSON 1.0.2, for Zotero, Pandoc and their like.

    ``section`` is the clause. What is not known is left out; a date that is none stands as literal.
    """
    number = _said(facts, "number")
    issuers = _values(facts, "issuer")
    kind = _kind(citation, number)
    item: dict[str, Any] = {
        "id": citation.id,
        "type": kind,
        "title": _title(citation),
        "language": _language(citation),
    }
    if issuers:
        item["authority"] = "、".join(issuers) if is_han(issuers[0][0]) else ", ".join(issuers)
        if kind not in ("legislation", "treaty"):
            item["author"] = [{"literal": issuer} for issuer in issuers]
    if number:
        item["number"] = number
    if _issued(facts):
        item["issued"] = _csl_date(_issued(facts))
    if citation.clause:
        item["section"] = citation.clause
    if citation.page is not None:
        item["page"] = str(citation.page)
    if citation.ocr:
        item["note"] = Message("corpus.from_picture")
    return item


def _title(citation: Citation) -> str:
    """Return the title without brackets around all of it."""
    title = " ".join(citation.title.split())
    whole = title.startswith("《") and title.find("》") == len(title) - 1
    return title[1:-1] if whole else title


def _kind(citation: Citation, number: str) -> str:
    """Return the CSL type of a document, by its number and the last word of its title."""
    if _STANDARD.match(number):
        return "standard"
    title = fold(_title(citation))
    while _REMARK.search(title):
        title = _REMARK.sub("", title).rstrip()
    kinds = (("legislation", _LAW), ("treaty", _TREATY), ("report", _REPORT))
    return next((kind for kind, words in kinds if words.search(title)), "document")


def _letter(citation: Citation, number: str) -> str:
    return {"standard": "S", "report": "R"}.get(_kind(citation, number), "Z")


def _language(citation: Citation) -> str:
    """Return zh-Hans, zh-Hant or en, by the title and the quote."""
    words = citation.title + citation.quote
    if share_han(words) < _CHINESE_SHARE:
        return "en"
    folded = fold(words)
    han = [one != other for one, other in zip(words, folded, strict=True) if is_han(one)]
    return "zh-Hant" if sum(han) >= _TRADITIONAL_SHARE * len(han) else "zh-Hans"


def _csl_date(issued: str) -> dict[str, Any]:
    found = _ISO_DATE.fullmatch(issued)
    parts = [int(part) for part in found.groups() if part is not None] if found else []
    return {"date-parts": [parts]} if _is_date(parts) else {"literal": issued}


def _is_date(parts: list[int]) -> bool:
    """Whether year, year and month, or year, month and day are in the calendar."""
    if not parts:
        return False
    year, month, day = [*parts, 1, 1][:3]
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _issued(facts: DocumentFacts) -> str:
    return _said(facts, "issued")


def _said(facts: DocumentFacts, key: str) -> str:
    return "、".join(_values(facts, key))


def _values(facts: DocumentFacts, key: str) -> tuple[str, ...]:
    return tuple(stripped for value in facts.values(key) if (stripped := value.strip()))
