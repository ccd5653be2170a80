"""How well claims are told from what only looks like them: ``python -m benchmarks.grounding``.

Pairs of a premise and a claim (``bench/grounding``): exact sentences, modal words swapped, numbers
changed, superseded articles, continuations a model made up. Prints AUROC of support, and by kind
the share not called supported. Numerals of the supported claims are rewritten too: none may alarm.

``--laws N``: N sentences of the laws and of encyclopedia paragraphs in both languages, each
falsified in many ways and rewritten in ways that keep its meaning.
``--swapped``: claims whose citation is another passage, of the same law and of any.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray

from benchmarks.kit.altered_sentences import FAITHFUL, FALSE, FORMS, Rewriter, numerals, rewritten
from corpus.text.sentences import split_units
from rag.types import Label
from rag.verification.mechanical import verify_text

SHARED = Path(os.environ.get("JUDIAN_SHARED", "../shared"))
BENCH = Path(os.environ.get("JUDIAN_BENCH", SHARED / "bench"))
SEED = 5
SWAPPED = 200
ANSWER = 5  # sentences of an answer whose verification is timed
SHORTEST = 12  # code points: a sentence that says something
_ARTICLE = re.compile(
    r"(第[一二三四五六七八九十百千零〇]+条(?:之[一二三四五六七八九十]+)?)[\s　]+(.+)", re.S
)


@dataclass(frozen=True, slots=True)
class Cited:
    """A passage as a citation gives it."""

    title: str
    clause: str
    text: str

    @property
    def headings(self) -> str:
        """What the citation names."""
        return f"{self.title} {self.clause}"


def main() -> None:
    """Print what the mechanical verifier reaches."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wrong", action="store_true", help="show each pair judged wrongly")
    parser.add_argument("--laws", type=int, default=0, help="sentences to falsify and rewrite")
    parser.add_argument("--swapped", action="store_true", help="citations swapped")
    options = parser.parse_args()
    if options.laws or options.swapped:
        passages = [*_laws(), *_paragraphs("xquad_zh"), *_paragraphs("xquad_en")]
        if not passages:
            print(f"skipped: no laws or paragraphs under {SHARED} (set JUDIAN_SHARED)")
            return
        if options.laws:
            _report_rewritten(passages, options.laws, wrong=options.wrong)
        if options.swapped:
            _report_swapped(passages, wrong=options.wrong)
        return
    _report_pairs(wrong=options.wrong)


def _report_pairs(*, wrong: bool) -> None:
    path = BENCH / "grounding" / "pairs.jsonl"
    if not path.is_file():
        print(f"skipped: no benchmark data at {path} (set JUDIAN_BENCH)")
        return
    pairs = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    supports, kinds, times = [], defaultdict(list), []
    for pair in pairs:
        started = time.perf_counter()
        check = verify_text(pair["claim"], [pair["premise"]])
        times.append((time.perf_counter() - started) * 1000)
        supports.append(check.support)
        kinds[pair["kind"]].append(check.label)
        if wrong and (check.label is Label.SUPPORTED) != bool(pair["label"]):
            print(pair["id"], pair["kind"], check, pair["claim"], sep="\n  ")
    labels = np.array([bool(pair["label"]) for pair in pairs])
    print(f"AUROC {_auroc(np.array(supports), labels):.4f}")
    for kind, some in sorted(kinds.items()):
        _print_kind(kind, some)
    _report_numerals(pairs, wrong=wrong)
    answers = [sum(times[at : at + ANSWER]) for at in range(0, len(times) - ANSWER, ANSWER)]
    p50, p95 = np.percentile(answers, (50, 95))
    print(f"verification of {ANSWER} sentences: p50 {p50:.0f} ms, p95 {p95:.0f} ms")


def _auroc(scores: NDArray[np.float64], labels: NDArray[np.bool_]) -> float:
    """Return how often a supported pair scores above another one, ties counting half."""
    good, bad = scores[labels][:, None], scores[~labels][None, :]
    return float(np.mean((good > bad) + 0.5 * (good == bad)))


def _report_numerals(pairs: list[dict[str, str]], *, wrong: bool) -> None:
    alarms, count = [], 0
    for pair in pairs:
        for name, form in FORMS.items() if pair["label"] else ():
            other = numerals(pair["claim"], form)
            if other == pair["claim"]:
                continue
            count += 1
            check = verify_text(other, [pair["premise"]])
            if check.label is not Label.SUPPORTED:
                alarms.append(pair["id"])
                if wrong:
                    print(pair["id"], name, check, other, sep="\n  ")
    print(f"  numerals rewritten: {len(alarms)} false alarms of {count}", *alarms[:9])


def _report_rewritten(passages: list[Cited], count: int, *, wrong: bool) -> None:
    chosen = Random(SEED)
    falsified: defaultdict[str, list[Label]] = defaultdict(list)
    faithful: defaultdict[str, list[Label]] = defaultdict(list)
    sentences = list(_sentences(chosen, passages, count))
    for cited, sentence in sentences:
        check = verify_text(sentence, [cited.text], cited.headings)
        faithful["verbatim"].append(check.label)
        for told, rewriters, right in (
            (falsified, FALSE, False),
            (faithful, FAITHFUL | _leads(cited), True),
        ):
            for kind, other in rewritten(sentence, rewriters, chosen):
                check = verify_text(other, [cited.text], cited.headings)
                told[kind].append(check.label)
                if wrong and (check.label is Label.SUPPORTED) != right:
                    print(kind, check, sentence, other, sep="\n  ")
    for name, told in (("falsified", falsified), ("rewritten, same meaning", faithful)):
        print(f"{name}, of {len(sentences)} sentences:")
        for kind, some in told.items():
            _print_kind(kind, some)


def _leads(cited: Cited) -> dict[str, Rewriter]:
    """Return rewritings that name where a sentence stands."""
    if not cited.clause:
        return {}
    return {
        "named: 根据": lambda text, _: f"根据《{cited.title}》{cited.clause}的规定，{text}",
        "named: 规定": lambda text, _: f"《{cited.title}》{cited.clause}规定，{text}",
        "named: clause": lambda text, _: f"{cited.clause}　{text}",
    }


def _report_swapped(passages: list[Cited], *, wrong: bool) -> None:
    chosen = Random(SEED)
    by_title = defaultdict(list)
    for one in passages:
        by_title[one.title].append(one)
    for name in ("same document", "another document"):
        labels: list[Label] = []
        for cited, sentence in _sentences(chosen, passages, SWAPPED * 2):
            pool = by_title[cited.title] if name == "same document" else passages
            others = [o for o in pool if o is not cited and sentence not in o.text]
            if not others or len(labels) == SWAPPED:
                continue
            other = chosen.choice(others)
            check = verify_text(sentence, [other.text], other.headings)
            labels.append(check.label)
            if wrong and check.label is Label.SUPPORTED:
                print(check, sentence, other.text, sep="\n  ")
        print(f"citations swapped, {name}:")
        _print_kind("swapped", labels)


def _print_kind(kind: str, some: list[Label]) -> None:
    counts = " ".join(f"{label} {some.count(label)}" for label in Label)
    caught = 1 - some.count(Label.SUPPORTED) / len(some)
    print(f"  {kind:30} {len(some):4} · not supported {caught:6.1%} · {counts}")


def _sentences(chosen: Random, passages: list[Cited], count: int) -> Iterator[tuple[Cited, str]]:
    """Yield sentences with their passages: half of laws, the others of paragraphs."""
    laws = [one for one in passages if one.clause]
    others = [one for one in passages if not one.clause]
    half = count // 2 if laws and others else count
    for cited in (
        one for pool in (laws, others) for one in chosen.sample(pool, min(half, len(pool)))
    ):
        spans = [s for s in split_units(cited.text) if s[1] - s[0] >= SHORTEST]
        if spans:
            start, end = chosen.choice(spans)
            yield cited, cited.text[start:end]


def _laws() -> Iterator[Cited]:
    for path in sorted((SHARED / "data" / "laws").rglob("*.md")):
        title, clause, text = path.stem, "", ""
        for line in path.read_text(encoding="utf-8").splitlines():
            found = _ARTICLE.match(line.strip())
            if line.startswith("#") or found:
                if clause:
                    yield Cited(title, clause, text)
                clause, text = (found[1], found[2]) if found else ("", "")
            elif line.strip() and clause:
                text += "\n" + line.strip()
        if clause:
            yield Cited(title, clause, text)


def _paragraphs(folder: str) -> Iterator[Cited]:
    path = BENCH / folder / "corpus.jsonl"
    if path.is_file():
        for line in path.read_text(encoding="utf-8").splitlines():
            paragraph = json.loads(line)
            yield Cited(paragraph["title"], "", paragraph["text"])


if __name__ == "__main__":
    main()
