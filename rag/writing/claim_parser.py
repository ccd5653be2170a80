"""The sentences of a language model's answer, with the passages each says it rests on.

Models are asked for sentences with ``[^key]`` behind them. What weak ones write instead is taken
as well as it can be: other forms and places of markers (``rag.writing.markers``), lists, headings,
bold, thoughts between ``<think>`` tags, fences, references at the end, the same again and again.

Text is looked at one character at a time, so how it is cut into pieces cannot matter.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from corpus.text.script import fold
from corpus.text.sentences import split_sentences
from rag.writing.markers import Unmarked, defines_note, take_markers, without_unfinished

LOOKED_AT_EVERY = 8  # characters: an unfinished line is looked at this often
AHEAD = 24  # characters known behind a sentence before it counts as ended within its line
LONG_HEAD = 4  # times as many, where a line begins like a heading or with a marker
UNCLOSED = 120  # as of corpus.text.sentences: a quotation this long is no longer waited for
LONGEST_SENTENCE = 1_500  # code points without an end: nobody's sentence, a model gone astray
MOST_REPEATS = 2  # sentences said again before the model counts as repeating itself for ever

_OPENING, _CLOSING = "“‘「『《（【［", "”’」』》）】］"
_THINKING = ("<think>", "<thinking>", "<reasoning>")
_THOUGHT = ("</think>", "</thinking>", "</reasoning>")
_END = ("<|im_end|>", "<|endoftext|>", "<|eot_id|>", "<|end|>", "<end_of_turn>", "</s>")
_TAGS = (*_THINKING, *_THOUGHT, *_END)

_BULLET = re.compile(
    r"\s*(?:>\s*)*(?:(?P<bullet>[-*+•·●▪◦–])\s+|(?P<number>\d{1,2}[.)、])\s*(?!\d))"
)
_QUOTED = re.compile(r"\s*(?:>\s*)+")
_HEADING = re.compile(r"\s{0,3}#{1,6}\s")
_TITLE = re.compile(r"\s{0,3}#{1,6}\s|\s*\*\*[^*。！？]+\*\*\s*[:：]?\s*$")
_FENCE = re.compile(r"\s*(?:```|~~~)\s*([\w+-]*)\s*$")
_PROSE = frozenset(("", "markdown", "md", "text", "txt", "plaintext"))  # fences that hold an answer
_LABEL = re.compile(r"\s*(?:答案|回答|答复|答|answer|response)\s*[:：]\s*", re.IGNORECASE)
# How models say in words where a sentence is from: "Passage 1: …", 根据段落1，…
_SPOKEN = re.compile(
    r"\s*(?:(?:according to|based on|from|in)\s+|根据|依据|据|如)?(?:the\s+)?"
    r"(?:passage|段落|片段|来源|资料)"
    r"\s*[\[【]?\^?(\d{1,5})[\]】]?\s*(?:所[述示])?\s*[:：,，]\s*",
    re.IGNORECASE,
)
_REFERENCES = re.compile(
    r"[\W_]*(?:references?|sources?|citations?|footnotes?|参考文献|参考资料|参考来源|引用来源"
    r"|资料来源|引用|引文|来源|出处|脚注|注释)[\W_]*",
    re.IGNORECASE,
)
_EMPHASIS = re.compile(r"\*\*|(?<!\w)__|__(?!\w)")


@dataclass(frozen=True, slots=True)
class WrittenSentence:
    """One sentence of a model's answer, exact, without its markers."""

    text: str
    keys: tuple[str, ...] = ()  # of the passages it cites, all offered, in order
    prefix: str = ""  # Markdown in front of it: "- ", "1. "
    breaks: bool = True  # begins a new line


class ClaimParser:
    """Takes an answer piece by piece and gives back its sentences as they end."""

    def __init__(self, offered: Collection[str]) -> None:
        """``offered`` are the keys of the passages the model was given: decimal numbers."""
        self._offered = frozenset(offered)
        self.unknown = 0  # citations of other keys
        self.repeating = False  # the model says the same for ever: stop it
        self.ended = False  # nothing that follows counts
        self._tag = ""  # what may become one of _TAGS
        self._thinking = False
        self._code = False
        self._line = ""
        self._taken = 0  # characters of this line so far
        self._prefix, self._first = "", True
        self._held: WrittenSentence | None = None  # its markers may stand on the next line
        self._said: dict[str, int] = {}
        self._repeats = 0
        self._out: list[WrittenSentence] = []

    def feed(self, piece: str) -> list[WrittenSentence]:
        """Return the sentences that are known to have ended now."""
        for character in piece:
            self._take(character)
        return self._given()

    def close(self) -> list[WrittenSentence]:
        """Return what is left when the model has ended its answer."""
        self._text(self._tag)
        self._tag = ""
        self._line = without_unfinished(self._line)
        self._end_line()
        return self.break_off()

    def break_off(self) -> list[WrittenSentence]:
        """Return what had ended when the model broke off; half a sentence is dropped."""
        self._release()
        self.ended = True
        return self._given()

    def _given(self) -> list[WrittenSentence]:
        given, self._out = self._out, []
        return given

    def _take(self, character: str) -> None:
        """Hold back what may be a tag; act on it, or let it through."""
        self._tag += character
        while self._tag and not any(one.startswith(self._tag) for one in _TAGS):
            self._text(self._tag[0])
            self._tag = self._tag[1:]
        if self._tag in _THINKING:
            self._thinking = True
        elif self._tag in _THOUGHT:
            # Some templates open the thought themselves: all before this tag was thought.
            self._thinking, self._held = False, None
            self._begin_line()
        elif self._tag in _END:
            self._end_line()
            self.ended = True
        else:
            return
        self._tag = ""

    def _text(self, text: str) -> None:
        if self._thinking or self.ended:
            return
        for character in text:
            if character in "\n\r\u2028\u2029":
                self._end_line()
                continue
            self._line += character
            self._taken += 1
            if self._taken % LOOKED_AT_EVERY == 0:
                self._look()

    def _look(self) -> None:
        """Give out the sentences of an unfinished line that what follows cannot change."""
        if self._code or (self._first and not self._starts_as_text()):
            return
        self._release()
        if len(self._line) > LONGEST_SENTENCE:
            self.repeating = self.ended = True
            return
        unmarked = take_markers(self._line, self._offered)
        spans = split_sentences(unmarked.text)
        ended = [one for one in spans[:-1] if len(unmarked.text) - one[1] >= AHEAD]
        if not ended or _unclosed(unmarked.text[: ended[-1][1] + AHEAD]):
            return
        self._say(unmarked, ended, spans[len(ended)][0])
        self._release()
        self._line = self._line[unmarked.origins[spans[len(ended)][0]] :]

    def _starts_as_text(self) -> bool:
        """Say whether a line has shown that it is no heading, list of references, or marker."""
        head = self._line.lstrip()
        return len(head) > AHEAD * (LONG_HEAD if head[0] in "[［【(（#`~*" else 1)

    def _end_line(self) -> None:
        line = self._line
        if self._first:
            fence = _FENCE.match(line)
            if fence:
                self._code = not self._code and fence[1].lower() not in _PROSE
            elif not self._code and not self.ended:
                self._whole_line(line)
        elif not self._code and not self.ended:
            self._last_of_line()
        self._begin_line()

    def _begin_line(self) -> None:
        self._line, self._taken, self._prefix, self._first = "", 0, "", True

    def _whole_line(self, line: str) -> None:
        """Take a line of which nothing was given out yet."""
        unmarked = take_markers(line, self._offered)
        words = _EMPHASIS.sub("", unmarked.text)
        names_references = _REFERENCES.fullmatch(words) is not None
        if names_references and not unmarked.marks:
            self.ended = True  # a list of references follows, and nothing after it
        elif names_references or not any(one.isalnum() for one in words):
            self._cite_held(unmarked)
        elif not defines_note(line) and (unmarked.marks or not _TITLE.match(line)):
            self._last_of_line()

    def _last_of_line(self) -> None:
        """Give out what is left of a line; of its last sentence markers may still follow."""
        unmarked = take_markers(self._line, self._offered)
        self._say(unmarked, split_sentences(unmarked.text), len(unmarked.text))

    def _cite_held(self, unmarked: Unmarked) -> None:
        """Take a line of markers alone as those of the sentence before it."""
        self.unknown += sum(mark.unknown for mark in unmarked.marks)
        if self._held is not None:
            keys = [*self._held.keys, *(key for mark in unmarked.marks for key in mark.keys)]
            self._held = replace(self._held, keys=tuple(dict.fromkeys(keys)))

    def _say(self, unmarked: Unmarked, spans: Sequence[tuple[int, int]], following: int) -> None:
        """Give out sentences with the markers in and behind each; ``following`` begins the next."""
        for at, (start, end) in enumerate(spans):
            until = spans[at + 1][0] if at + 1 < len(spans) else following
            first = at == 0
            marks = [
                mark
                for mark in unmarked.marks
                if (start < mark.at or (first and mark.at <= start)) and mark.at <= until
            ]
            self.unknown += sum(mark.unknown for mark in marks)
            keys = tuple(dict.fromkeys(key for mark in marks for key in mark.keys))
            self._sentence(unmarked.text[start:end], keys)

    def _sentence(self, text: str, keys: tuple[str, ...]) -> None:
        self._release()
        breaks = self._first
        if self._first:
            text = self._without_head(text)
        self._first = False
        spoken = _SPOKEN.match(text)
        if spoken and spoken[1] in self._offered:
            text, keys = text[spoken.end() :], tuple(dict.fromkeys((spoken[1], *keys)))
        text = _EMPHASIS.sub("", text).strip()
        if any(one.isalnum() for one in text) and not self._is_repeat(text):
            self._held = WrittenSentence(text, keys, self._prefix, breaks)
            self._prefix = ""

    def _without_head(self, text: str) -> str:
        """Return a line's first sentence without bullet, heading mark or label."""
        found = _BULLET.match(text)
        if found:
            self._prefix = "- " if found["bullet"] else f"{found['number'][:-1]}. "
            text = text[found.end() :]
        text = _HEADING.sub("", _QUOTED.sub("", text, count=1), count=1)
        return _LABEL.sub("", _EMPHASIS.sub("", text), count=1)

    def _is_repeat(self, text: str) -> bool:
        key = "".join(fold(text).split())
        self._said[key] = self._said.get(key, 0) + 1
        if self._said[key] == 1:
            return False
        self._repeats += 1
        if self._repeats >= MOST_REPEATS:
            self.repeating = self.ended = True
        return True

    def _release(self) -> None:
        if self._held is not None:
            self._out.append(self._held)
            self._held = None


def _unclosed(text: str) -> bool:
    """Say whether a quotation that began lately is still open: it may hold the ends seen."""
    recent = text[-UNCLOSED:]
    return recent.count('"') % 2 == 1 or any(
        recent.count(opening) > recent.count(closing)
        for opening, closing in zip(_OPENING, _CLOSING, strict=True)
    )
