"""The name of the law that stands in front of a clause's number.

A name without 《》 is taken only where it is known and stands at a boundary; otherwise what looks
like a name is kept as written, to be said unknown.
"""

from __future__ import annotations

import re
from typing import Protocol

from corpus.text.document_numbers import number_ending

_QUOTED = re.compile(
    r"[《〈](?P<name>[^《》]*(?:《[^《》]*》[^《》]*)*)[》〉]\s*(?P<rest>(?:\([^()]{1,40}\)\s*)*)$"
)
_EDITION = re.compile(
    r"\(\s*(?P<edition>[12][0-9]{3}(?:[-.年][0-9]{1,2}(?:[-.月][0-9]{1,2}日?)?)?)[^()]{0,12}\)\s*$"
)
_BEFORE = re.compile(r"\s*(?:的|中的|里的|中|里|之|规定的)?\s*$")
_SELF = re.compile(
    r"(?:本|该|此|前述|上述)(?:法典|法|条例|规定|办法|细则|规则|解释|决定|章程|意见|通知|编|标准|准则|方案)$"
)
_GUESS = re.compile(
    r"(?P<name>[\u4e00-\u9fff〇()]{1,40}?(?:法典|法|条例|规定|办法|细则|规则|解释|章程|准则|规程|标准|宪法|决定|通则|守则|规范)"
    r"(?:\([一二三四五六七八九十]{1,3}\))?)$"
)
# What may stand right before a law's name that is no part of it.
_CONNECTING = re.compile(
    r"(?:^|[\s,.:;!?。，、：；！？“”‘’\"'()\[\]《》〈〉…—\-]"
    r"|根据|依据|依照|按照|遵照|违反|适用|参照|援引|查询|查看|引用|规定在|关于|对于|请问|什么是|我国|现行|中国的|最新的?|新|旧|即"
    r"|和|与|及|或|在|的|对|由|是|把|将|看|查|问|按|据|依|从|如|以|有|为)$"
)
_REACH = 240  # characters: the longest name with marks, an edition and words between


class Names(Protocol):
    """The names of laws that are known."""

    def ending(self, text: str) -> tuple[int, str] | None:
        """Return (start, name) of the longest known name that ends ``text``."""
        ...


def name_before(text: str, folded: str, end: int, names: Names) -> tuple[int, str, str]:
    """Return (start, name, edition) of the law named before ``end``; (end, "", "") for none."""
    # Only what a name could reach back to is looked at: a page of clauses costs no more than that.
    base = max(0, end - _REACH)
    start, name, edition = _name_in(text[base:end], folded[base:end], names)
    return base + start, name, edition


def _name_in(text: str, folded: str, names: Names) -> tuple[int, str, str]:
    end = len(folded)
    before = _BEFORE.search(folded)
    stop = before.start() if before else end
    quoted = _QUOTED.search(folded[:stop])
    if quoted is not None:
        edition = _EDITION.search(quoted["rest"])
        name = text[quoted.start("name") : quoted.end("name")]
        return quoted.start(), name, edition["edition"] if edition else ""
    edition = _EDITION.search(folded[:stop])
    said = edition["edition"] if edition else ""
    stop = edition.start() if edition else stop
    number = number_ending(text[:stop].rstrip(" )）"))
    if number is not None:
        return number[0], number[1], said
    known = names.ending(text[:stop])
    guess = _GUESS.search(folded[max(0, stop - 60) : stop])
    if known is not None and _CONNECTING.search(folded[: known[0]]):
        return known[0], known[1].strip(), said
    own = _SELF.search(folded[:stop])
    if own is not None and not folded[: own.start()].endswith("基"):
        return own.start(), "", said
    if guess is not None:
        start = max(0, stop - 60) + guess.start("name")
        start = _trimmed(folded, start, stop)
        return start, text[start:stop].strip(), said
    return end, "", said


def _trimmed(folded: str, start: int, stop: int) -> int:
    """Return where a guessed name begins: behind the last connecting word in front of it."""
    for at in range(stop - 2, start, -1):
        if re.search(
            r"(?:根据|依据|依照|按照|违反|适用|请问|关于|我国|现行|[\s,，。、；：])$", folded[:at]
        ):
            return at
    return start
