"""When a Western full stop ends a sentence and when it belongs to a word or a number."""

from __future__ import annotations

import re

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


def ends_with_dots(text: str, start: int, first: int, last: int, after: int) -> bool:
    """Say whether full stops end a sentence: not in 3.5, U.S., e.g., No. 5, "1." or a file name."""
    following = text[after]
    if not following.isspace() and following.isascii():
        return False
    found = _WORD.search(text[max(first - _LONGEST_WORD, start) : first])
    if found is None:
        return last - first == 1 or following.isspace()  # Chinese text with Western full stops
    if last - first > 1:
        return following.isspace() and not next_word(text, after)[0].islower()
    word = found[0].strip("'’-")
    if _LIST_MARKER.match(word) and first - len(found[0]) == start:
        return False
    if not following.isspace():
        return not (word.isdigit() or _INITIALS.match(word))
    return _word_ends(word, *next_word(text, after))


def _word_ends(word: str, following: str, digit: str) -> bool:
    """Say whether ``word`` and a full stop end a sentence before ``following`` (or a ``digit``)."""
    plain = word.lower()
    if _NEVER_LAST.match(plain) or following.islower():
        return False
    if _BEFORE_NUMBER.match(plain) and (digit or len(following) == 1):
        return False
    if _INITIALS.match(word) or _SOMETIMES_LAST.match(plain):
        return not digit and (not following or _STARTERS.match(following.lower()) is not None)
    return True


def next_word(text: str, position: int) -> tuple[str, str]:
    """Return the Latin word (or the start of one) behind ``position``, and a digit if one leads."""
    match = _NEXT_WORD.match(text, position)
    if match is None:
        return "", ""
    return match[1], "" if match[1] else match[2]
