"""How well claims are told from what only looks like them: ``python -m benchmarks.grounding``.

Pairs of a premise and a claim (``bench/grounding``): exact sentences, modal words swapped, numbers
changed, superseded articles, continuations a model made up. Prints AUROC of support, and by kind
the share not called supported. Numerals of the supported claims are rewritten too: none may alarm.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections import defaultdict
from pathlib import Path

import numpy as np

from benchmarks.support import auroc
from corpus.numbers import find_numbers
from rag.types import Label
from rag.verifier_mechanical import verify_text

BENCH = Path(os.environ.get("JUDIAN_BENCH", "../shared/bench"))
_DIGITS = "零一二三四五六七八九"


def main() -> None:
    """Print what the mechanical verifier reaches."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wrong", action="store_true", help="show each pair judged wrongly")
    options = parser.parse_args()
    path = BENCH / "grounding" / "pairs.jsonl"
    if not path.is_file():
        print(f"skipped: no benchmark data at {path} (set JUDIAN_BENCH)")
        return
    pairs = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    supports, kinds = [], defaultdict(list)
    started = time.perf_counter()
    for pair in pairs:
        check = verify_text(pair["claim"], [pair["premise"]])
        supports.append(check.support)
        kinds[pair["kind"]].append(check.label)
        if options.wrong and (check.label is Label.SUPPORTED) != bool(pair["label"]):
            print(pair["id"], pair["kind"], check, pair["claim"], sep="\n  ")
    each = (time.perf_counter() - started) / len(pairs) * 1000
    labels = np.array([bool(pair["label"]) for pair in pairs])
    print(f"AUROC {auroc(np.array(supports), labels):.4f} · {each:.1f} ms a claim")
    for kind, some in sorted(kinds.items()):
        counts = " ".join(f"{label} {some.count(label)}" for label in Label)
        caught = 1 - some.count(Label.SUPPORTED) / len(some)
        print(f"  {kind:30} {len(some):4} · not supported {caught:6.1%} · {counts}")
    rewritten = [
        (pair, other)
        for pair in pairs
        if pair["label"] and (other := rewrite_numerals(pair["claim"])) != pair["claim"]
    ]
    alarms = [
        pair["id"]
        for pair, other in rewritten
        if verify_text(other, [pair["premise"]]).label is not Label.SUPPORTED
    ]
    print(f"  numerals rewritten: {len(alarms)} false alarms of {len(rewritten)}", *alarms[:9])


def rewrite_numerals(text: str) -> str:
    """Return a text with its plain whole numbers in other numerals: 三十日 as 30日, 12 as 十二."""
    pieces, at = [], 0
    for number in find_numbers(text):
        if number.kind in ("number", "clause", "date") and number.value == int(number.value):
            said = text[number.start : number.end]
            digits = "".join(c for c in said if c.isdigit() and c.isascii())
            value = int(number.value)
            if digits == str(value) and said.startswith(digits) and value < 100:
                pieces += [text[at : number.start], _chinese(value), said[len(digits) :]]
                at = number.end
            elif not digits and value < 10**8:
                numeral = said.lstrip("第")
                kept = len(numeral.rstrip("零〇一二两三四五六七八九十百千万亿")) and _tail(numeral)
                lead = said[: len(said) - len(numeral)]
                pieces += [text[at : number.start], lead, str(value), kept or ""]
                at = number.end
    return "".join([*pieces, text[at:]])


def _tail(numeral: str) -> str:
    return numeral.lstrip("零〇一二两三四五六七八九十百千万亿")


def _chinese(value: int) -> str:
    tens, ones = divmod(value, 10)
    head = {0: "", 1: "十"}.get(tens, _DIGITS[tens] + "十")
    return head + (_DIGITS[ones] if ones or not tens else "")


if __name__ == "__main__":
    main()
