"""Sentences and units of a text, as spans of it: what is quoted and what claims rest on.

`split_sentences` and `split_units` return half-open spans in order that share nothing, begin and
end with a character that is not a space, and cover between them every such character. Both are
linear in the text. A Western full stop may end a sentence, or belong to a word or a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

# A quoted or bracketed part up to this many characters is kept whole with its sentence; a longer
# one is a text of its own and is split inside. It also bounds what an unmatched mark can swallow.
LONGEST_QUOTED = 120
# A sentence longer than this is cut at its semicolons: about two lines of print.
LONGEST_UNIT = 80
# How many marks left open a closing one may step over to find its partner; keeps matching linear.
_DEEPEST_SLIP = 8

_PAIRS = dict(zip("“‘「『（(【〔［[{｛《〈", "”’」』）)】〕］]}｝》〉", strict=True))
_QUOTES = frozenset('“‘「『"')
_CLOSING = frozenset(_PAIRS.values())
_BREAKS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_STOPS = "。｡！？!?…⋯‼⁇⁈⁉؟।"
_DOTS = ".．"

_MARK = re.compile(
    "[" + re.escape("".join(_PAIRS) + "".join(_PAIRS.values()) + '"' + _BREAKS) + "]"
)
_EVENT = re.compile("[" + re.escape("".join(_PAIRS) + '"' + _BREAKS + _STOPS + _DOTS) + "]")
_RUN = re.compile("[" + re.escape(_STOPS + _DOTS) + "]+")
_SPACE = re.compile(r"\s*")
_SEMICOLON_OR_OPENING = re.compile(
    r"；|;(?=\s|[^\x00-\x7f])|[" + re.escape("".join(_PAIRS) + '"') + "]"
)
_CARRIES_ON = frozenset("，、；：,;:—～")
# What follows a quotation that ended with a full stop and shows that the outer sentence goes on.
_AFTER_QUOTE = re.compile(
    r"[就便也的地得而来來之是后後等和与與及并並或]|[^，。：；！？\s]{0,6}?[说說道问問喊答]|[a-z]"
)


@dataclass(frozen=True, slots=True)
class _Marks:
    """Which marks of a text belong together."""

    short: Mapping[int, int]  # opening mark -> its partner, at most LONGEST_QUOTED away
    straight: frozenset[int]  # straight double quotes that open


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences; a line break always ends one, an end in a short quotation does not.

    Closing quotes and brackets right after an end belong to its sentence.
    """
    return list(_strip(text, _sentence_ends(text, _match_marks(text))))


def split_units(text: str, *, longest: int = LONGEST_UNIT) -> list[tuple[int, int]]:
    """Spans of the sentences, those over ``longest`` characters cut after each semicolon too."""
    marks = _match_marks(text)
    units: list[tuple[int, int]] = []
    for start, end in _strip(text, _sentence_ends(text, marks)):
        if end - start <= longest:
            units.append((start, end))
        else:
            units.extend(_strip(text, _semicolon_ends(text, start, end, marks), start, end))
    return units


def _strip(
    text: str, ends: Iterable[int], start: int = 0, stop: int | None = None
) -> Iterator[tuple[int, int]]:
    """Yield the stretches between ends without the spaces around them, none of them empty."""
    last = len(text) if stop is None else stop
    for end in chain(ends, (last,)):
        piece = text[start:end]
        left = start + len(piece) - len(piece.lstrip())
        right = start + len(piece.rstrip())
        if left < right:
            yield left, right
        start = end


def _match_marks(text: str) -> _Marks:
    """Pair quotes and brackets, never across a line break."""
    short: dict[int, int] = {}
    straight: set[int] = set()
    open_marks: list[tuple[int, str]] = []  # position, the mark that closes it
    for match in _MARK.finditer(text):
        position, mark = match.start(), match[0]
        if mark in _BREAKS:
            open_marks.clear()
        elif mark in _PAIRS:
            open_marks.append((position, _PAIRS[mark]))
        else:
            partner = _partner(open_marks, mark)
            if partner is not None and not (mark == '"' and text[position - 1].isspace()):
                opened = open_marks[partner][0]
                del open_marks[partner:]
                if position - opened <= LONGEST_QUOTED:
                    short[opened] = position
            elif mark == '"':
                open_marks.append((position, mark))
                straight.add(position)
    return _Marks(short, frozenset(straight))


def _partner(open_marks: list[tuple[int, str]], mark: str) -> int | None:
    lowest = max(len(open_marks) - _DEEPEST_SLIP, 0)
    for index in range(len(open_marks) - 1, lowest - 1, -1):
        if open_marks[index][1] == mark:
            return index
    return None


def _sentence_ends(text: str, marks: _Marks) -> Iterator[int]:
    """Yield the offset behind each sentence."""
    start = _skip_spaces(text, 0)
    position = start
    while (match := _EVENT.search(text, position)) is not None:
        at, mark = match.start(), match[0]
        position = at + 1
        if mark in _BREAKS:
            ends = True
        elif mark in _PAIRS or mark == '"':
            if at not in marks.short:
                continue
            close = marks.short[at]
            position = _skip_closing(text, close + 1, marks)
            ends = _ends_after_quoted(text, start, at, close, position)
        else:
            run = _RUN.match(text, at)
            last = run.end() if run is not None else position
            position = _skip_closing(text, last, marks)
            ends = _is_end(text, start, at, last, position)
        if ends:
            yield position
            start = position = _skip_spaces(text, position)


def _skip_spaces(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match is not None else position


def _skip_closing(text: str, position: int, marks: _Marks) -> int:
    """Return the offset behind the closing marks that stand at ``position``."""
    while position < len(text):
        mark = text[position]
        closes = mark in _CLOSING or (mark == '"' and position not in marks.straight)
        if not closes:
            break
        position += 1
    return position


def _ends_after_quoted(text: str, start: int, opening: int, close: int, after: int) -> bool:
    """Whether a sentence ends with the quoted or bracketed part ``[opening, close]``."""
    last = close
    while last > opening and (text[last - 1] in _CLOSING or text[last - 1] == '"'):
        last -= 1
    final = text[last - 1]
    if final not in _STOPS and final not in _DOTS:
        return False
    first = last - 1
    while first > opening and (text[first - 1] in _STOPS or text[first - 1] in _DOTS):
        first -= 1
    if not _is_end(text, start, first, last, after):
        return False
    whole = opening == start or text[opening - 1] in "：:，,"
    if text[opening] not in _QUOTES:
        return opening == start
    if final not in "。｡.．" and not whole:
        return False  # a title or a term with its own mark: 关于“谁来干？”的问题
    return _AFTER_QUOTE.match(text, _skip_spaces(text, after)) is None


def _is_end(text: str, start: int, first: int, last: int, after: int) -> bool:
    """Whether the marks ``[first, last)``, closed up to ``after``, end a sentence."""
    following = text[after : after + 1]
    if not following:
        return True
    if following in _CARRIES_ON:
        return False
    run = text[first:last]
    if all(mark in _DOTS for mark in run):
        return _ends_with_dots(text, start, first, last, after)
    if run[-1] in "!?." and run.isascii() and following.isascii():
        return following.isspace() and not _next_word(text, after)[0].islower()
    return True


def _semicolon_ends(text: str, start: int, end: int, marks: _Marks) -> Iterator[int]:
    """Yield the offset behind each semicolon of a sentence that no short bracket holds."""
    position = start
    while (match := _SEMICOLON_OR_OPENING.search(text, position, end)) is not None:
        position = match.end()
        if match[0] not in "；;":
            position = marks.short.get(match.start(), match.start()) + 1
        else:
            position = _skip_closing(text, position, marks)
            yield min(position, end)


# --- Western full stops ---------------------------------------------------------------------------

_LONGEST_WORD = 24  # characters looked back over for the word before a full stop
_WORD = re.compile(r"[A-Za-z0-9&'’.\-]+\Z")
_INITIALS = re.compile(r"(?:[A-Za-z]\.)*[A-Za-z]\Z")
_LIST_MARKER = re.compile(r"(?:\d{1,3}(?:\.\d{1,3})*|[A-Za-z]|[ivxIVX]{1,5})\Z")
_NEVER_LAST = re.compile(
    r"(?:"
    r"mr|mrs|ms|messrs|dr|prof|rev|hon|gen|col|capt|lt|sgt|st|mt|e\.g|i\.e|cf|vs|viz|"
    r"approx|ca|jan|feb|mar|apr|jun|jul|aug|sep|sept|oct|nov|dec|resp|incl"
    r")\Z"
)
_BEFORE_NUMBER = re.compile(
    r"(?:"
    r"no|nos|art|arts|sec|secs|para|paras|cl|ch|chap|vol|vols|p|pp|fig|figs|eq|reg|regs|pt|"
    r"ref|app|ann|sch|cap|tab|ed"
    r")\Z"
)
_SOMETIMES_LAST = re.compile(
    r"(?:"
    r"etc|inc|ltd|co|corp|al|jr|sr|dept|univ|bros|a\.m|p\.m|ph\.d"
    r")\Z"
)
# A capital after "U.S." or an initial says little (a name may follow); these words say enough.
_STARTERS = re.compile(
    r"(?:"
    r"the|a|an|this|that|these|those|it|its|he|she|they|we|you|i|in|on|at|by|for|from|to|"
    r"if|when|while|as|but|and|or|so|no|not|all|any|each|every|some|there|here|where|who|"
    r"what|how|why|however|therefore|moreover|after|before|since|under|with|such|his|her|"
    r"their|our"
    r")\Z"
)
_NEXT_WORD = re.compile(r"[\s“‘\"'(\[]{0,8}([A-Za-z]{0,16})(\d?)")


def _ends_with_dots(text: str, start: int, first: int, last: int, after: int) -> bool:
    """Whether full stops end a sentence: not in 3.5, U.S., e.g., No. 5, "1." or a file name."""
    following = text[after]
    if not following.isspace() and following.isascii():
        return False
    found = _WORD.search(text[max(first - _LONGEST_WORD, start) : first])
    if found is None:
        return last - first == 1 or following.isspace()  # Chinese text with Western full stops
    if last - first > 1:
        return following.isspace() and not _next_word(text, after)[0].islower()
    word = found[0].strip("'’-")
    if _LIST_MARKER.match(word) and first - len(found[0]) == start:
        return False
    if not following.isspace():
        return not (word.isdigit() or _INITIALS.match(word))
    return _word_ends(word, *_next_word(text, after))


def _word_ends(word: str, following: str, digit: str) -> bool:
    """Whether ``word`` and a full stop end a sentence before ``following`` (or a ``digit``)."""
    plain = word.lower()
    if _NEVER_LAST.match(plain) or following.islower():
        return False
    if _BEFORE_NUMBER.match(plain) and (digit or len(following) == 1):
        return False
    if _INITIALS.match(word) or _SOMETIMES_LAST.match(plain):
        return not digit and (not following or _STARTERS.match(following.lower()) is not None)
    return True


def _next_word(text: str, position: int) -> tuple[str, str]:
    """Return the Latin word (or the start of one) behind ``position``, and a digit if one leads."""
    match = _NEXT_WORD.match(text, position)
    if match is None:
        return "", ""
    return match[1], "" if match[1] else match[2]
