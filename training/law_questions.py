"""Lay questions over laws and made-up papers: those written for training, and STARD's."""

from __future__ import annotations

import json
import logging
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from corpus.units import units_within
from index.library import Library
from rag.reading.encoding import Clause
from training.groups import BENCH, TRAIN, Group, Row, share_of
from training.texts import (
    as_document,
    clause_of,
    closest,
    laws,
    likeness,
    row_of,
    squashed,
    units_of,
)

logger = logging.getLogger(__name__)

OWN = Path(__file__).parent / "questions"  # written for this project
HELD_OUT = 0.12  # of the laws and papers, by name: thresholds are set on them
SEARCHED = 10  # passages of the real search that negatives come from
NEGATIVES = 6  # of them, for one question
TOO_LIKE = 0.6  # share of pairs beyond which another clause may say the same
STARD_SKIPPED = 2  # units found first for a question of STARD may answer it unlabelled

Search = Callable[[str], Sequence[Clause]]


def searching(library: Library) -> Search:
    """Return the search whose units are read: the best passages' units in their order."""

    def found(question: str) -> list[Clause]:
        clauses = []
        for hit in library.search(question, SEARCHED):
            document, paragraphs = library.read(hit.passage.document_id)
            units = units_within(document, paragraphs, hit.passage.start, hit.passage.end)
            clauses += [clause_of(document, unit) for unit in units]
        return clauses

    return found


def written_questions(search: Search) -> Iterator[Group]:
    """Yield the questions written for this: gold clause, given and found negatives, alterations."""
    by_name = clauses_by_name()
    papers = _papers()
    by_text: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in [*_given(), *own_questions(by_name, papers)]:
        by_text[one["text"]].append(one)
        known = papers.get(one.get("doc") or "") or _of_law(by_name, one["law"])
        gold = closest(one["text"], known) or Clause(one["text"], one["law"], (one["clause"],))
        if one["short"] and one["short"] not in gold.text:
            gold = Clause(one["text"], one["law"], (one["clause"],))
        held_out = share_of("held" + one["law"]) < HELD_OUT
        others = known if one.get("doc") else search(one["question"])
        found = _negatives(others, gold, NEGATIVES, one["question"])
        given = [
            closest(text, known if name == one["law"] else _of_law(by_name, name))
            or Clause(text, name)
            for text, name in zip(one["negatives"], _named(one), strict=False)
        ]
        rows = [row_of(gold, answers=True, short=one["short"])]
        rows += [row_of(each) for each in dict.fromkeys([*given, *found])][: NEGATIVES + 1]
        yes_no = one["yes_no"] or ""
        yield Group(one["id"], "law", one["question"], tuple(rows), yes_no, held_out)
        for number, altered in enumerate(one["altered"]):
            negative = (row_of(gold),)
            yield Group(f"{one['id']}-{number}", "altered", altered, negative, "", held_out)
    yield from _asked_pages(by_text)


def _named(one: dict[str, Any]) -> list[str]:
    """Return the title that each given negative stands under."""
    names: list[str] = one.get("neg_law") or []
    return [*names, *[one["law"]] * (len(one["negatives"]) - len(names))]


def _asked_pages(by_text: dict[str, list[dict[str, Any]]]) -> Iterator[Group]:
    """Yield pages of questions and answers: the same clause under another wording of a question."""
    texts = [text for text, asked in by_text.items() if len(asked) > 1 and len(text) < 200]
    for place, text in enumerate(texts):
        one, other = by_text[text][:2]
        far = texts[(place + 7) % len(texts)]
        rows = (
            row_of(Clause(text, "问答", (), other["question"]), answers=True, short=one["short"]),
            row_of(Clause(far, "问答", (), by_text[far][0]["question"])),
        )
        if one["short"] and (one["question"] != other["question"]):
            yield Group(f"page-{one['id']}", "page", one["question"], rows, one["yes_no"] or "")


def stard_questions(search: Search) -> Iterator[Group]:
    """Yield STARD's training questions; of a gold article the unit nearest to the reference."""
    articles = {
        one["_id"]: one
        for one in map(json.loads, (BENCH / "stard" / "corpus.jsonl").open(encoding="utf-8"))
    }
    gold: dict[str, list[str]] = defaultdict(list)
    lines = (BENCH / "stard" / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]
    for line in lines:
        question, article, _ = line.split("\t")
        gold[question].append(article)
    for line in (BENCH / "stard" / "queries.jsonl").open(encoding="utf-8"):
        one = json.loads(line)
        if one["split"] != "train":
            continue
        reference = one["text"] + " ".join(one.get("answers") or [])
        known = [articles[each] for each in gold[one["_id"]]]
        clauses = [
            clause_of(made.document, unit)
            for each in known
            for made in [as_document(each["title"], each["text"])]
            for unit in units_of(made)
        ]
        if not clauses:
            continue
        best = max(clauses, key=lambda each: _shared(each.text, reference))
        found = [
            each
            for each in search(one["text"])[STARD_SKIPPED:]
            if all(likeness(each.text, other.text) < TOO_LIKE for other in clauses)
        ]
        rows = [row_of(best, answers=True), *map(row_of, found[:NEGATIVES])]
        held_out = share_of("held" + one["_id"]) < HELD_OUT
        yield Group(one["_id"], "stard", one["text"], tuple(rows), "", held_out)


def _shared(text: str, reference: str) -> int:
    pairs = {reference[at : at + 2] for at in range(len(reference) - 1)}
    return sum(text[at : at + 2] in pairs for at in range(len(text) - 1))


def _given() -> Iterator[dict[str, Any]]:
    """Yield the questions of the training data."""
    for line in (TRAIN / "law_questions" / "questions.jsonl").open(encoding="utf-8"):
        yield json.loads(line)


def own_questions(
    by_name: Mapping[str, Sequence[Clause]], papers: Mapping[str, Sequence[Clause]]
) -> Iterator[dict[str, Any]]:
    """Yield this project's own questions in the form of the given ones.

    Clauses of laws are kept as their first letters; one that is not at hand in the laws (another
    version of them) is left out, and how many is logged.
    """
    missing = 0
    for file in sorted(OWN.glob("questions*.jsonl")):
        for line in file.open(encoding="utf-8"):
            one = json.loads(line)
            known = papers[one["doc"]] if "doc" in one else _of_law(by_name, one["law"])
            text = _beginning(one["begins"], known)
            if text is None:
                missing += 1
                continue
            negatives = [_beginning(each, known) for each in one.pop("negatives")]
            title = known[0].title if "doc" in one else one["law"]
            yield {
                "clause": "",
                **one,
                "law": title,
                "text": text,
                "negatives": [each for each in negatives if each is not None],
            }
    if missing:
        logger.warning("%d own questions are on clauses that are not at hand", missing)


def _beginning(begins: str, known: Sequence[Clause]) -> str | None:
    """Return the clause with these letters in it, white space aside: the shortest of several."""
    holding = [one.text for one in known if begins in squashed(one.text)]
    return min(holding, key=len, default=None)


def clauses_by_name() -> dict[str, list[Clause]]:
    """Return the clauses of the laws by the names of their files, dates aside: the latest's."""
    found: dict[str, list[Clause]] = {}
    for made in laws():
        name = Path(made.document.source).stem.partition("(")[0]
        found[name] = [clause_of(made.document, unit) for unit in units_of(made)]
    return found


def _of_law(by_name: Mapping[str, Sequence[Clause]], name: str) -> Sequence[Clause]:
    """Return the clauses of a law; of a part of a code (民法典 合同编) by the part's name."""
    return by_name.get(name) or by_name.get(name.rpartition(" ")[2], [])


def paper_files() -> list[Path]:
    """Return the files of made-up papers, the given ones and this project's own."""
    return [TRAIN / "law_questions" / "documents.jsonl", *sorted(OWN.glob("papers*.jsonl"))]


def _papers() -> dict[str, list[Clause]]:
    """Return the clauses of the made-up papers, given and this project's own, by their ids."""
    found = {}
    for file in paper_files():
        for line in file.open(encoding="utf-8"):
            one = json.loads(line)
            made = as_document(one["title"], one["text"])
            found[one["id"]] = [clause_of(made.document, unit) for unit in units_of(made)]
    return found


def _negatives(others: Sequence[Clause], gold: Clause, most: int, question: str) -> list[Clause]:
    """Return what the search finds and does not answer, the first found first."""
    different = [each for each in others if likeness(each.text, gold.text) < TOO_LIKE]
    near = different[: most + 2]
    rest = sorted(different[most + 2 :], key=lambda each: share_of(question + each.text))
    return [*near[: most - 1], *rest[:1]] or near[:most]


def rows_are_sound(group: Group) -> bool:
    """Say whether spans lie in their texts and only a first row answers."""
    return all(
        (row.span is None or 0 <= row.span[0] < row.span[1] <= len(row.text))
        and (not row.answers or at == 0)
        for at, row in enumerate(group.rows)
    )


__all__ = ["Row", "rows_are_sound", "searching", "stard_questions", "written_questions"]
