"""Articles asked for by law and number must be the first hit.

Run: ``python -m benchmarks.index.named --home FOLDER``.

Draws articles from the laws at hand (seed fixed), asks for each in one of several wordings, and
looks whether the first passage found is of that article, by the oracle of
``benchmarks.corpus.clauses``, which reads the raw files by itself. The laws are added to the
library at FOLDER, which is kept.
"""

from __future__ import annotations

import argparse
import os
import random
from collections import Counter
from pathlib import Path

from api.build import open_embedder_of
from api.settings import Settings
from benchmarks.corpus.clauses import oracle, squeezed
from corpus.ingest import find_files, source_of
from corpus.legal.clauses import chinese
from index.library import Library

LAWS = Path(os.environ.get("JUDIAN_BENCH", "../shared/bench")).parent / "data" / "laws"
SEED = 20261124
WORDINGS = (
    "《{law}》第{han}条",
    "{law}第{han}条规定了什么？",
    "{law}第{number}条是什么内容",
    "请问{law} 第 {number} 条怎么说的？",
    "根据《{law}》第{han}条，应当怎么处理？",
)


def main() -> None:
    """Ask, and print how many first hits are right, and which are not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--questions", type=int, default=500)
    options = parser.parse_args()
    if not LAWS.is_dir():
        print(f"skipped: no laws at {LAWS} (set JUDIAN_BENCH)")
        return
    library = Library(options.home, lambda: open_embedder_of(Settings.from_environment()))
    files = list(find_files([LAWS]))
    library.add(files)
    by_source = {one.source: one for one in library.documents()}
    articles = []
    for path in files:
        summary = by_source.get(source_of(path))
        if summary is None or library.catalogue.lapse(summary.id):
            continue  # a question names the version in force
        texts = oracle(path)
        once = Counter((number, branch) for number, branch, _ in texts)
        articles += [
            (summary.title, number, text)
            for number, branch, text in texts
            if not branch and once[number, branch] == 1
        ]
    chosen = random.Random(SEED)
    drawn = chosen.sample(articles, min(options.questions, len(articles)))
    wrong = []
    for law, number, text in drawn:
        wording = chosen.choice(WORDINGS)
        question = wording.format(law=law, number=number, han=chinese(number))
        hits = library.search(question, 1)
        if not hits or squeezed(hits[0].passage.text) not in text:
            found = f"{hits[0].title}: {hits[0].passage.text[:40]}" if hits else "nothing"
            wrong.append(f"{question} -> {found}")
    library.close()
    right = len(drawn) - len(wrong)
    print(f"first hit is the article: {right} of {len(drawn)}, {right / len(drawn):.1%}")
    for line in wrong[:20]:
        print(" ", line)


if __name__ == "__main__":
    main()
