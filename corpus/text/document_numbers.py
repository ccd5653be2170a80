"""Document numbers (发文字号) in one form: 国发〔2023〕15号, 国务院令第743号."""

from __future__ import annotations

import re

from corpus.text.numerals import parse_numeral

_AGENCY = r"[\u4e00-\u9fff]{1,12}"
_BRACKETED = re.compile(
    rf"(?P<agency>{_AGENCY})\s*[〔\[【（(［﹝]\s*(?P<year>(?:19|20)[0-9]{{2}}|[１２][０-９]{{3}})\s*[〕\]】）)］﹞]"
    r"\s*第?\s*(?P<serial>[0-9０-９]{1,5})\s*[号號]"
)
_ORDER = re.compile(
    r"(?P<agency>[\u4e00-\u9fff]{2,20}(?:令|公告))\s*[（(]?\s*第\s*"
    r"(?P<serial>[0-9０-９〇零一二三四五六七八九十百]{1,7})\s*[号號]\s*[）)]?"
)


def find_number(text: str) -> str | None:
    """Return the first document number in a text, in its one form; None when there is none."""
    found = _BRACKETED.search(text)
    if found is not None:
        year, serial = parse_numeral(found["year"]), parse_numeral(found["serial"])
        return f"{found['agency']}〔{year}〕{serial}号"
    order = _ORDER.search(text)
    serial = parse_numeral(order["serial"]) if order is not None else None
    return f"{order['agency']}第{serial}号" if order is not None and serial is not None else None


def is_letter(number: str) -> bool:
    """Say whether a document number is of a letter: 云教函〔2024〕7号, to one who asked."""
    found = _BRACKETED.fullmatch(number)
    return found is not None and found["agency"].endswith("函")


def find_numbers(text: str) -> list[str]:
    """Return the bracketed document numbers in a text, in their one form: 国发〔2023〕15号."""
    return [number for one in _BRACKETED.finditer(text) if (number := find_number(one[0]))]


def whole_number(line: str) -> str | None:
    """Return the document number a line consists of, brackets around it aside; else None."""
    stripped = line.strip().strip("（）()[]【】").strip()
    for pattern in (_BRACKETED, _ORDER):
        if pattern.fullmatch(stripped):
            return find_number(stripped)
    return None


def number_ending(text: str) -> tuple[int, str] | None:
    """Return (start, number in its one form) of the document number that ends ``text``, if any."""
    found = list(_BRACKETED.finditer(text))
    if not found or found[-1].end() != len(text):
        return None
    last = found[-1]
    number = find_number(last[0])
    return (last.start(), number) if number else None
