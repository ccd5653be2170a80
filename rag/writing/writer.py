"""The writer over any language model: passages given, sentences taken, exact places cited."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from corpus.errors import UnknownDocument
from corpus.messages.message import Message
from corpus.text.script import fold, share_han
from corpus.text.sentences import split_units
from corpus.types import Citation, Document, Paragraph
from index.segments.tokens import tokenize
from index.types import Hit
from rag.drafts import ChatMessage, DraftClaim, LanguageModel, WritingReport, closed_after
from rag.errors import GenerationFailed
from rag.extractive.candidates import Read
from rag.messages import note_message
from rag.question.parse import Question
from rag.types import Note, NoteKind
from rag.verification.aligned import best_window
from rag.writing.claim_parser import ClaimParser, WrittenSentence
from rag.writing.prompts import (
    BETWEEN,
    Fence,
    OfferedPassage,
    fenced_passage,
    random_fence,
    writing_messages,
)

log = logging.getLogger(__name__)

ASKED_SENTENCES = 5  # what the prompt allows
MOST_SENTENCES = 12  # taken of a model that goes on: a whole enumeration, and then enough
MOST_TOKENS = 800  # a dozen sentences of Chinese with their markers
RELATED = 0.25  # of the best cited place's shared words: one with fewer says something else
LEAST_TEXT = 40  # code points of a passage worth giving when the rest does not fit
MOST_FOREIGN = 2  # sentences in neither the question's language nor the passages'
MOSTLY = 0.3  # share of Han that makes a text Chinese, as in rag.extractive.generator
SHORT = 12  # letters: shorter than this a sentence (a name, a number) is of no language

DECLINED_MARKS = "。.!！ *_"  # around a sentence that says no more than "I do not know"

_UNKNOWN = re.compile(
    r"(?:抱歉|对不起|很遗憾)?[，,]?(?:根据|在)?(?:所给|以上|上述|提供|给出|这些|现有|相关|已知)?的?(?:段落|资料|材料|文件|内容|信息|文本)?"
    r"(?:中|里|内)?(?:都|均|并)?(?:没有|未|无法|不能|找不到|不足以)(?:直接|明确)?"
    r"(?:回答|提及|提到|说明|给出|包含|找到|涉及|答案|相关|确定|提供).{0,24}"
    r"|(?:我)?不知道(?:答案)?"
    r"|(?:sorry,? |unfortunately,? )?(?:i (?:do not|don't|cannot|can't) (?:know|find|answer|tell)"
    r"|(?:the |these )?(?:given |provided )?(?:passages?|documents?|texts?|sources?|information)"
    r"(?: provided| given| above)? (?:do(?:es)? not|don't|doesn't|cannot)"
    r" (?:answer|say|contain|mention|provide|include|specify|state)"
    r"|there is no (?:information|answer|mention)).{0,90}",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Given:
    """A passage, or the head of one, that the model was given."""

    offered: OfferedPassage
    document: Document
    paragraphs: Sequence[Paragraph]
    start: int  # in the document; the text ends where ``offered.text`` does


class ModelWriter:
    """Writes an answer with a language model. What it says is only a draft until verified."""

    def __init__(
        self,
        model: LanguageModel,
        read: Read,
        *,
        most_tokens: int = MOST_TOKENS,
        most_sentences: int = MOST_SENTENCES,
        draw_fence: Callable[[], Fence] = random_fence,
    ) -> None:
        """``read`` gives the documents of the passages found.

        ``draw_fence`` is asked once for each answer: what it gives must not be guessed.
        """
        self._draw_fence = draw_fence
        self._model = model
        self._read = read
        self._most_tokens = most_tokens
        self._most_sentences = most_sentences

    def write(
        self, question: Question, hits: Sequence[Hit], report: WritingReport
    ) -> Iterator[DraftClaim]:
        """Yield each sentence with the narrowest places it rests on, as it is written.

        Nothing comes of a model that says it does not know. Raises GenerationFailed, behind the
        sentences that had ended until then; closing the iterator stops the model.
        """
        fence = self._draw_fence()
        given = self._given(question, hits, fence, report)
        if not given:
            return
        parser = ClaimParser(given)
        count = 0
        try:
            with closed_after(self._written(question, given, fence, parser)) as sentences:
                for sentence in sentences:
                    if _declines(sentence):
                        report.declined = True
                        continue
                    if count == self._most_sentences:
                        break
                    count += 1
                    yield _draft(sentence, given)
                    if self._astray(sentence, question, given, report):
                        break
        finally:
            report.unknown_keys = parser.unknown
            if parser.repeating:
                _note(report, question, Message("rag.writer_repeated"))
        if report.declined and not count:
            _note(report, question, Message("rag.writer_declined"))

    def _messages(
        self, question: Question, passages: Sequence[OfferedPassage], fence: Fence
    ) -> list[ChatMessage]:
        return writing_messages(
            question.text,
            passages,
            fence=fence,
            chinese=question.chinese,
            sentences=ASKED_SENTENCES,
            before=question.before,
        )

    def _written(
        self, question: Question, given: dict[str, _Given], fence: Fence, parser: ClaimParser
    ) -> Iterator[WrittenSentence]:
        """Yield the sentences of the model's answer."""
        messages = self._messages(question, [one.offered for one in given.values()], fence)
        with closed_after(self._model.stream(messages, most_tokens=self._most_tokens)) as pieces:
            try:
                for piece in pieces:
                    yield from parser.feed(piece)
                    if parser.ended:
                        break
            except GenerationFailed:
                yield from parser.break_off()
                raise
        yield from parser.close()

    def _given(
        self, question: Question, hits: Sequence[Hit], fence: Fence, report: WritingReport
    ) -> dict[str, _Given]:
        """Return the passages, by key, that fit into the model's window, best first."""
        bare = self._messages(question, [], fence)
        room = self._model.window - sum(len(one.text) for one in bare)
        given: dict[str, _Given] = {}
        current = [one for one in (self._whole(hit) for hit in hits) if one is not None]
        for one in current:
            key = fence.keys[len(given)]
            fitted = _fitted(replace(one, offered=replace(one.offered, key=key)), fence, room)
            if fitted is not None:
                given[key] = fitted
                room -= len(fenced_passage(fitted.offered, fence)) + len(BETWEEN)
        if current and not given:
            raise GenerationFailed(Message("rag.window_too_small", window=self._model.window))
        report.left_out = len(hits) - len(given)
        if report.left_out:
            log.info("%d of %d passages were not given", report.left_out, len(hits))
        return given

    def _whole(self, hit: Hit) -> _Given | None:
        """Return a passage as it stands; None when it was removed or edited since the search."""
        passage = hit.passage
        try:
            document, paragraphs = self._read(passage.document_id)
        except UnknownDocument:
            return None
        if not hit.is_current(document):
            return None
        heading = " › ".join([f"《{hit.title}》" if hit.title else "", *passage.path])
        text = document.text[passage.start : passage.end]
        return _Given(OfferedPassage("", heading, text), document, paragraphs, passage.start)

    def _astray(
        self,
        sentence: WrittenSentence,
        question: Question,
        given: dict[str, _Given],
        report: WritingReport,
    ) -> bool:
        """Say whether a model that answers in a language of its own is to be stopped, and note."""
        known = {question.chinese, *(_chinese(one.offered.text) for one in given.values())}
        if sum(map(str.isalpha, sentence.text)) < SHORT or _chinese(sentence.text) in known:
            return False
        report.foreign += 1
        if report.foreign == MOST_FOREIGN:
            _note(report, question, Message("rag.writer_astray"))
        return report.foreign >= MOST_FOREIGN


def _draft(sentence: WrittenSentence, given: dict[str, _Given]) -> DraftClaim:
    """Return a sentence with the places it rests on; one that shares too little is none.

    A weak model forgets to cite: of a sentence without a key the nearest place of all that it was
    given is taken. Whether that supports it is the verifier's to say, as ever.
    """
    places = [_place(sentence.text, given[key]) for key in sentence.keys or given]
    said = set(tokenize(sentence.text))
    shared = [len(said & set(tokenize(one.quote))) for one in places]
    most = max(shared, default=0)
    kept = [one for one, n in zip(places, shared, strict=True) if n and n >= RELATED * most]
    if not sentence.keys:
        kept = [places[shared.index(most)]] if most else []
    return DraftClaim(sentence.text, tuple(kept), sentence.prefix, sentence.breaks)


def _place(claim: str, given: _Given) -> Citation:
    """Return the citation of the few sentences of a passage that a claim rests on."""
    start, end = best_window(claim, given.offered.text)
    span = (given.start + start, given.start + end)
    return given.document.cite(span, given.paragraphs)


def _declines(sentence: WrittenSentence) -> bool:
    """Say whether a sentence says no more than that the model does not know."""
    text = fold(sentence.text).strip(DECLINED_MARKS)
    return not sentence.keys and _UNKNOWN.fullmatch(text) is not None


def _fitted(given: _Given, fence: Fence, room: int) -> _Given | None:
    """Return a passage, or its head if only that fits into ``room`` code points, or None."""
    offered = given.offered
    excess = len(fenced_passage(offered, fence)) + len(BETWEEN) - room
    if excess <= 0:
        return given
    head = _head(offered.text, len(offered.text) - excess)
    if len(head) < LEAST_TEXT:
        return None
    return replace(given, offered=replace(offered, text=head))


def _head(text: str, most: int) -> str:
    """Return as many whole sentences from a text's beginning as ``most`` code points hold."""
    ends = [end for _, end in split_units(text) if end <= most]
    return text[: ends[-1]] if ends else ""


def _chinese(text: str) -> bool:
    """Say whether the letters of a text are Chinese for a good part; figures say nothing."""
    return share_han("".join(filter(str.isalpha, text))) > MOSTLY


def _note(report: WritingReport, question: Question, detail: Message) -> None:
    kind = NoteKind.MODEL_FAILED
    report.notes.append(Note(kind, note_message(kind, chinese=question.chinese, detail=detail)))
