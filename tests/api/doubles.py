"""A scripted answerer and a library in a dict: the interfaces without models, files or indexes.

Run ``python -m tests.api.doubles PORT`` to look at the page over them.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import cast

from api.services import ServeSettings, Services
from corpus.errors import BadAddress, StoreDamaged, UnknownCitation, UnknownDocument
from corpus.facts.by_hand import checked, with_hand
from corpus.messages.message import Message
from corpus.types import (
    AddOutcome,
    AddState,
    Citation,
    CitationState,
    CitedPlace,
    DiffPart,
    Document,
    DocumentFacts,
    DocumentSummary,
    Fact,
    Lapse,
    LapseKind,
    Origin,
    Paragraph,
    Passage,
    Quarantined,
    Receipt,
    SourceFile,
    Value,
)
from index.catalogue import EVERYTHING_TODAY, FoundClause, Scope
from index.library import Library
from index.types import Hit
from rag.answerer import Answerer
from rag.errors import BadQuestion
from rag.events import ClaimStreamed, Done, Event, PassagesFound, VerdictStreamed
from rag.question.followup import Turn
from rag.question.parse import LONGEST_QUESTION
from rag.types import (
    Abstention,
    AbstentionReason,
    Answer,
    Claim,
    Label,
    Note,
    NoteKind,
    Verdict,
    Withheld,
)
from rag.verification.checker import (
    CheckedClaim,
    GivenFact,
    TextChecker,
    TextReport,
    checked_length,
)

SENTENCES = (
    "离婚后，不满两周岁的子女，以由母亲直接抚养为原则。",
    "子女已满八周岁的，应当尊重其真实意愿。",
    "离婚后，子女由一方直接抚养的，另一方应当负担部分或者全部抚养费。",
)
ARTICLE_1084 = (
    SENTENCES[0]
    + "已满两周岁的子女，父母双方对抚养问题协议不成的，由人民法院根据双方的具体情况，"
    + "按照最有利于未成年子女的原则判决。"
    + SENTENCES[1]
)
ARTICLE_1085 = SENTENCES[2] + "负担费用的多少和期限的长短，由双方协议；协议不成的，由人民法院判决。"
CODE_TEXT = f"第一千零八十四条\n{ARTICLE_1084}\n第一千零八十五条\n{ARTICLE_1085}\n"
HOSTILE = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
CHAPTER = ("第五编 婚姻家庭", "第四章 离婚")
CUSTODY = "离婚后孩子归谁抚养？"
NOWHERE = "火星上能不能登记结婚？"
EXPLODES = "boom"
BREAKS = "离婚后孩子归谁？断"  # its stream fails after the first claim
CHILD_SUPPORT = "离婚后抚养费由谁负担？"
MOTHER = "母亲"
WITHHELD = "另一方可以不负担抚养费。"
DAMAGED = Message("http.title_store_damaged")
UNREAD = Message("http.title_undecided_encoding")
READING = Message("reader.too_large", size=1_234_567, limit=1)  # noted of CODE


def summary_of(document: Document) -> DocumentSummary:
    return DocumentSummary(
        id=document.id,
        title=document.title,
        source=document.source,
        media_type=document.media_type,
        revision=document.revision,
        characters=len(document.text),
        paragraphs=document.text.count("\n"),
        passages=document.text.count("\n"),
        encoding=document.receipt.encoding,
        added_at="2026-01-05T08:30:00Z",
    )


def document(source: str, title: str, text: str) -> Document:
    data = text.encode()
    return Document(
        id=hashlib.sha256(source.encode()).hexdigest()[:12],
        revision=hashlib.sha256(data).hexdigest(),
        title=title,
        source=source,
        media_type="text/markdown",
        text=text,
        metadata={"language": Fact("zh", Origin.FRONT_MATTER)},
        receipt=Receipt(len(data), hashlib.sha256(data).hexdigest(), "utf-8"),
    )


def citation(of: Document, quote: str, path: tuple[str, ...], page: int | None = None) -> Citation:
    start = of.text.index(quote)
    end = start + len(quote)
    place = f"{of.id}-{of.revision[:12]}-{start}-{end}"
    return Citation(place, of.id, of.revision, start, end, quote, path, page, of.title)


def hit(cited: Citation, rank: int, score: float) -> Hit:
    passage = Passage(cited.id, cited.document_id, cited.start, cited.end, cited.quote, cited.path)
    return Hit(passage, score, rank, cited.title, score, rank, score / 2, None)


CODE = document("upload:民法典.md", "中华人民共和国民法典", CODE_TEXT)
CODE = replace(CODE, receipt=replace(CODE.receipt, notes=(READING,)))
BIRDS = document("/srv/文件/𠮷祥鸟.txt", "𠮷祥鸟保护办法", "𠮷祥鸟受保护。\n")
TRAP = document("upload:trap.txt", HOSTILE, f"前文{HOSTILE}后文\n")
FIRST = citation(CODE, ARTICLE_1084, (*CHAPTER, "第一千零八十四条"), 201)
SECOND = citation(CODE, SENTENCES[2], (*CHAPTER, "第一千零八十五条"))
OLD = replace(
    citation(BIRDS, "𠮷祥鸟", ("第一条",)),
    clause="第一条",
    lapse=Lapse(LapseKind.REPEALED, "2020-01-01", "飞鸟法"),
)
BECAME = citation(BIRDS, "𠮷祥鸟受保护。", ("第一条",))
TRAPPED = citation(TRAP, HOSTILE, (HOSTILE,))
PLACES = {
    FIRST.id: CitedPlace(FIRST, CitationState.VALID, CODE.source, "", "", FIRST),
    SECOND.id: CitedPlace(
        SECOND, CitationState.VALID, CODE.source, "", ARTICLE_1085[len(SECOND.quote) :], SECOND
    ),
    OLD.id: CitedPlace(
        OLD,
        CitationState.CHANGED,
        BIRDS.source,
        "",
        "受保护。",
        None,
        BECAME,
        (DiffPart("equal", "𠮷祥鸟"), DiffPart("removed", "不"), DiffPart("added", "应当受")),
        {"number": Fact("鸟发〔2010〕1号", Origin.HEAD)},
    ),
    TRAPPED.id: CitedPlace(TRAPPED, CitationState.VALID, TRAP.source, "前文", "后文", TRAPPED),
}


def custody_answer(question: str) -> Answer:
    """Three sentences, two citations: the first two rest on one article."""
    claims: list[Claim] = []
    text = ""
    for sentence, cited in zip(SENTENCES, (0, 0, 1), strict=True):
        short = (sentence.index(MOTHER), sentence.index(MOTHER) + 2) if MOTHER in sentence else None
        claims.append(Claim(sentence, len(text), len(text) + len(sentence), (cited,), short))
        text += f"{sentence}[^{cited + 1}]"
    labels = ((Label.SUPPORTED, 0.97), (Label.SUPPORTED, 0.94), (Label.PARTIAL, 0.61))
    return Answer(
        question=question,
        text=text,
        claims=tuple(claims),
        verdicts=tuple(
            Verdict(at, label, support, ("数字一致",)) for at, (label, support) in enumerate(labels)
        ),
        citations=(FIRST, SECOND),
        abstention=None,
        passages=(hit(FIRST, 1, 0.92), hit(SECOND, 2, 0.81)),
        support=0.88,
        index_version="v7",
        llm_generated=False,
        timings={"retrieve": 31.5, "verify": 4.25},
        short_answer=MOTHER,
    )


def abstaining_answer(question: str) -> Answer:
    message = "文库中没有足以回答的依据，最接近的段落列在下面。"
    return replace(
        custody_answer(question),
        text="",
        claims=(),
        verdicts=(),
        citations=(),
        abstention=Abstention(AbstentionReason.LOW_SUPPORT, message),
        support=0.12,
        short_answer="",
    )


def written_answer(question: str) -> Answer:
    """What a model wrote: the first and the last sentence disagree, two more are withheld."""
    return replace(
        custody_answer(question),
        llm_generated=True,
        rewritten="离婚后孩子由谁抚养，抚养费由谁负担？",
        notes=(
            Note(NoteKind.CONFLICT, "各文件说法不一：原则不同", (0, 2)),
            Note(NoteKind.UNKNOWN_CITATIONS, "模型引用了 2 处并未提供给它的段落，已去除。"),
        ),
        withheld=(
            Withheld(WITHHELD, (SECOND,), Label.CONTRADICTED, 0.08, ("原文为“应当”。",)),
            Withheld("抚养费每月不少于八千元。", (), Label.UNSUPPORTED, 0.0, ("没有引用原文。",)),
        ),
    )


def hostile_answer(question: str) -> Answer:
    return replace(
        custody_answer(question),
        text=f"{HOSTILE}[^1]",
        claims=(Claim(HOSTILE, 0, len(HOSTILE), (0,), (5, 20)),),
        verdicts=(Verdict(0, Label.SUPPORTED, 1.0, (HOSTILE,)),),
        citations=(TRAPPED,),
        passages=(hit(TRAPPED, 1, 0.9),),
        short_answer=HOSTILE[5:20],
        rewritten=HOSTILE,
        notes=(Note(NoteKind.PREMISE, HOSTILE, (0,)),),
        withheld=(Withheld(HOSTILE, (TRAPPED,), Label.UNSUPPORTED, 0.1, (HOSTILE,)),),
    )


def told(answer: Answer) -> Iterator[Event]:
    """The events an answer is told in."""
    yield PassagesFound(answer.passages, answer.index_version, answer.rewritten)
    end, known = 0, 0
    for at, claim in enumerate(answer.claims):
        marked = claim.end + sum(len(f"[^{number + 1}]") for number in claim.citations)
        upto = max((known, *(number + 1 for number in claim.citations)))
        new = tuple(enumerate(answer.citations))[known:upto]
        yield ClaimStreamed(at, claim, answer.text[end:marked], new)
        yield VerdictStreamed(answer.verdicts[at])
        end, known = marked, upto
    yield Done(answer)


class ScriptedAnswerer:
    """Answers about custody, quotes a trap, explodes when told to, abstains otherwise."""

    def __init__(self, pause: float = 0.0) -> None:
        self.pause = pause  # seconds before each event, to look at a page while it is told
        self.asked: list[tuple[str, int]] = []
        self.history: Sequence[Turn] = ()

    def answer(
        self,
        question: str,
        *,
        k: int = 8,
        scope: Scope = EVERYTHING_TODAY,
        history: Sequence[Turn] = (),
    ) -> Answer:
        if not question.strip() or len(question) > LONGEST_QUESTION:
            raise BadQuestion(Message("http.title_bad_question"))
        if question == EXPLODES:
            raise RuntimeError("the secret path /etc/judian")
        self.asked.append((question, k))
        self.history = history
        answer = self._answer(question)
        return replace(answer, rewritten=completed(question, history)) if history else answer

    def _answer(self, question: str) -> Answer:
        if "抚养费" in question:
            return written_answer(question)
        if "抚养" in question or question == BREAKS:
            return custody_answer(question)
        return hostile_answer(question) if "trap" in question else abstaining_answer(question)

    def stream(
        self,
        question: str,
        *,
        k: int = 8,
        scope: Scope = EVERYTHING_TODAY,
        history: Sequence[Turn] = (),
    ) -> Iterator[Event]:
        for event in told(self.answer(question, k=k, scope=scope, history=history)):
            if question == BREAKS and isinstance(event, VerdictStreamed):
                raise StoreDamaged(DAMAGED)
            if self.pause:
                time.sleep(self.pause)
            yield event


def completed(question: str, history: Sequence[Turn]) -> str:
    """A question with the one before it."""
    return f"{history[-1].question}（{question}）"


class DictLibrary:
    """Documents in a dict; a file is refused when it is empty or not UTF-8."""

    def __init__(self, *documents: Document) -> None:
        self.held = {one.source: one for one in documents}
        self.broken: Exception | None = None  # raised by every method that reads or writes
        self.added: list[SourceFile] = []
        self.options: dict[str, Value] = {}

    @property
    def version(self) -> str:
        return "v7"

    def add(
        self, files: Iterable[SourceFile], *, options: Mapping[str, Value] | None = None
    ) -> list[AddOutcome]:
        self.fail_if_broken()
        self.options = dict(options or {})
        return [self.add_one(file) for file in files]

    def add_one(self, file: SourceFile) -> AddOutcome:
        self.added.append(file)
        try:
            text = file.data.decode()
        except UnicodeDecodeError:
            text = ""
        if not text:
            return AddOutcome(file.source, AddState.REFUSED, reason=UNREAD)
        new, old = document(file.source, file.name, text), self.held.get(file.source)
        self.held[file.source] = new
        if old is None:
            state = AddState.ADDED
        else:
            state = AddState.UNCHANGED if old.text == text else AddState.UPDATED
        return AddOutcome(file.source, state, new.id, new.title, text.count("\n") + 1)

    def remove(self, reference: str) -> DocumentSummary:
        found = self.document(reference)
        return summary_of(self.held.pop(found.source))

    def documents(self) -> list[DocumentSummary]:
        self.fail_if_broken()
        return [summary_of(one) for one in self.held.values()]

    def quarantined(self) -> list[Quarantined]:
        return [Quarantined("upload:旧档.txt", UNREAD, 2048, "ab" * 32, "2026-01-05T08:30:00Z")]

    def document(self, reference: str) -> Document:
        self.fail_if_broken()
        for one in self.held.values():
            if reference in {one.id, one.source, one.title}:
                return one
        raise UnknownDocument(Message("http.title_unknown_document"))

    def paragraphs(self, document_id: str) -> list[Paragraph]:
        one, found, start = self.document(document_id), list[Paragraph](), 0
        for line in one.text.splitlines(keepends=True):
            text, end = line.rstrip("\n"), start + len(line)
            found.append(Paragraph(one.id, len(found), start, start + len(text), text))
            start = end
        return found

    def set_facts(
        self, reference: str, given: Mapping[str, Value], undone: Iterable[str] = ()
    ) -> Document:
        found = self.document(reference)
        by_hand = checked(given, found.metadata)
        title, facts = with_hand(found.title, found.metadata, by_hand)
        self.held[found.source] = replace(found, title=title, metadata=facts)
        return self.held[found.source]

    def facts(self, document_id: str) -> DocumentFacts | None:
        return None

    def clause(
        self, address: str, *, as_of: date | None = None, within: str | None = None
    ) -> FoundClause:
        raise BadAddress(f"看不懂 cannot be understood: {address}")

    def search(self, question: str, k: int = 8, scope: Scope = EVERYTHING_TODAY) -> list[Hit]:
        self.fail_if_broken()
        return [hit(FIRST, 1, 0.92), hit(SECOND, 2, 0.81)][:k]

    def rows_within(self, document_id: str, start: int, end: int) -> list[int]:
        found = enumerate(self.paragraphs(document_id))
        return [at for at, one in found if one.start < end and start < one.end]

    def cite(self, citation_id: str) -> CitedPlace:
        self.fail_if_broken()
        if citation_id not in PLACES:
            raise UnknownCitation(Message("http.title_unknown_citation"))
        return PLACES[citation_id]

    def check(self) -> None:
        self.fail_if_broken()

    def describe(self) -> dict[str, str | int]:
        return {"model": "letters", "engine": "numpy", "passages": 4, "documents": len(self.held)}

    def fail_if_broken(self) -> None:
        if self.broken is not None:
            raise self.broken


class ScriptedChecker:
    """Finds a text supported where CODE has it word for word, by the same rule in facts."""

    def check(self, text: str, *, scope: Scope = EVERYTHING_TODAY) -> TextReport:
        return self.check_against(text, [GivenFact(CODE.text)])

    def check_against(self, text: str, facts: Sequence[GivenFact]) -> TextReport:
        checked_length(text)
        found = any(text in fact.text for fact in facts)
        label = Label.SUPPORTED if found else Label.UNSUPPORTED
        claim = CheckedClaim(text, 0, len(text), label, float(found), ("看过了。",), ())
        return TextReport(text, (claim,), (), float(found), "doubles.1")


def services_of(
    library: object, answerer: object, settings: ServeSettings, checker: object | None = None
) -> Services:
    """Services over doubles, which have as much of the real ones as the routes ask for."""
    return Services(
        cast("Library", library),
        cast("Answerer", answerer),
        settings,
        cast("TextChecker", checker or ScriptedChecker()),
    )


def answered_by(services: Services, answerer: object) -> Services:
    """The same services with another answerer."""
    return replace(services, answerer=cast("Answerer", answerer))


def doubled(settings: ServeSettings | None = None) -> tuple[Services, DictLibrary]:
    """Services over a library of three documents, and that library to look into."""
    library = DictLibrary(CODE, BIRDS, TRAP)
    services = services_of(library, ScriptedAnswerer(), settings or ServeSettings())
    return services, library


if __name__ == "__main__":
    import sys

    import uvicorn

    from api.http.app import create_app

    slow = answered_by(doubled()[0], ScriptedAnswerer(pause=0.4))
    uvicorn.run(create_app(slow), port=int(sys.argv[1]), log_level="warning")
