"""With both versions in, today's question must cite the new one, and --as-of the old.

Each pair of versions of ``law_versions/changed_articles.jsonl`` becomes two files whose dates stand
in the file name, in front matter, or under the title, in turn. Every changed article is then asked
for by name and number, and its law is asked about in the article's own words.

Run: ``python -m benchmarks.corpus.versions [QUESTIONS]``; QUESTIONS (default 300) are put to a
library with the bundled model; 0: none, which takes seconds.
"""

from __future__ import annotations

import json
import os
import random
import re
import sys
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from corpus.ingest import load, prepare
from corpus.legal.addresses import parse_address
from corpus.legal.clauses import Clauses
from corpus.legal.instruments import Instruments
from corpus.legal.resolver import ResolutionState, resolve
from corpus.store.stored import NewDocument
from corpus.types import DocumentFacts

PAIRS = (
    Path(os.environ.get("JUDIAN_BENCH", "../shared/bench"))
    / "law_versions"
    / "changed_articles.jsonl"
)
TODAY = date(2026, 1, 1)  # after every version of the data
WORDS = 40  # characters of an article a question is made of

_NEXT_ARTICLE = re.compile(r"\n第[一二三四五六七八九十百千]+ 条")


@dataclass(frozen=True)
class Change:
    """An article before and after."""

    law: str
    old: tuple[str, str, str]  # date, article, text
    new: tuple[str, str, str]


def changes(path: Path = PAIRS) -> list[Change]:
    """Return the changed articles that have a number in both versions.

    Left out are those (two of 1,819) whose text runs on into the next article, by a slip of the
    pen in its number: 第二百七十一 条.
    """
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [
        Change(
            row["law"],
            (row["old_date"], row["old_article"], row["old_text"]),
            (row["new_date"], row["new_article"], row["new_text"]),
        )
        for row in rows
        if not _NEXT_ARTICLE.search(row["old_text"] + row["new_text"])
    ]


def write_versions(pairs: list[Change], folder: Path) -> dict[tuple[str, str], Path]:
    """Write each version as a file; return (law, date) -> path."""
    articles: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for pair in pairs:
        for day, article, text in (pair.old, pair.new):
            articles[pair.law, day].setdefault(article, text)
    written = {}
    for at, ((law, day), texts) in enumerate(articles.items()):
        # The pair of a law goes by the same fashion: 0 file name, 1 front matter, 2 head.
        fashion = sorted({law for law, _ in articles}).index(law) % 3
        body = "\n\n".join(
            text if article == "序言" else f"{article} {text}" for article, text in texts.items()
        )
        name = f"{at}.md" if fashion else f"{law[:40]}_{day.replace('-', '')}.md"
        front = f"---\n公布日期: {day}\n---\n" if fashion == 1 else ""
        year, month, number = (int(part) for part in day.split("-"))
        head = f"\n（{year}年{month}月{number}日修订）\n" if fashion == 2 else ""
        path = folder / name
        path.write_text(f"{front}# {law}\n{head}\n{body}\n", "utf-8")
        written[law, day] = path
    return written


def by_clause(pairs: list[Change], documents: dict[tuple[str, str], NewDocument]) -> list[str]:
    """Ask for every article by name and number, today and then; return what went wrong."""
    facts = [
        DocumentFacts(d.id, d.revision, d.title, d.source, d.media_type, d.metadata)
        for d in (new.document for new in documents.values())
    ]
    instruments = Instruments(facts)
    by_id = {new.document.id: new for new in documents.values()}
    parted = {one: Clauses(one, new.paragraphs) for one, new in by_id.items()}
    wrong = []
    for pair in pairs:
        for (day, article, _), as_of in (
            (pair.new, TODAY),
            (pair.old, date.fromisoformat(pair.new[0]) - timedelta(days=1)),
        ):
            if article == "序言":
                continue
            wanted = documents[pair.law, day]
            address = parse_address(f"《{pair.law}》{article}", instruments)
            found = resolve(address, instruments, parted.__getitem__, as_of)
            texts = [
                (one.document_id, by_id[one.document_id].document.text[one.start : one.end])
                for one in found.clauses
            ]
            text = wanted_text(pair, day, article, pairs)
            right = found.state is ResolutionState.FOUND and [
                (one, squeezed(said)) for one, said in texts
            ] == [(wanted.document.id, squeezed(f"{article} {text}"))]
            if not right:
                wrong.append(f"{pair.law} {article} {as_of}: {found.state} {texts[:1]}")
    return wrong


def wanted_text(pair: Change, day: str, article: str, pairs: list[Change]) -> str:
    """Return what stands under an article of a version: the first pair that speaks of it."""
    for one in pairs:
        for then, number, text in (one.old, one.new):
            if (one.law, then, number) == (pair.law, day, article):
                return text
    raise KeyError(article)


def squeezed(text: str) -> str:
    """Return the text without white space."""
    return "".join(text.split())


def by_question(pairs: list[Change], paths: list[Path], count: int) -> dict[str, int]:
    """Ask about a sample in the articles' own words, today and then; count what is cited."""
    from api.build import open_judian
    from api.settings import Settings
    from index.catalogue import Scope

    counts: dict[str, int] = defaultdict(int)
    sample = random.Random(7).sample(pairs, min(count, len(pairs)))
    with tempfile.TemporaryDirectory() as home:
        judian = open_judian(Settings.from_environment({**os.environ, "JUDIAN_HOME": home}))
        judian.library.add(paths)
        issued = {one.id: str(one.metadata["issued"].value) for one in judian.library.store.facts()}
        for pair in sample:
            for when, (day, _, text), as_of in (
                ("today", pair.new, TODAY),
                ("as of then", pair.old, date.fromisoformat(pair.new[0]) - timedelta(days=1)),
            ):
                question = f"{pair.law}：{squeezed(text)[:WORDS]}"
                answer = judian.answerer.answer(question, scope=Scope(as_of))
                cited = [c for c in answer.citations if c.title == pair.law]
                counts[f"{when}: asked"] += 1
                counts[f"{when}: abstained"] += answer.abstention is not None
                counts[f"{when}: the law is cited"] += bool(cited)
                counts[f"{when}: in the right version"] += bool(cited) and all(
                    issued[c.document_id] == day for c in cited
                )
        judian.library.close()
    return counts


def main(count: int) -> int:
    """Print the figures and what went wrong; return the exit code."""
    if not PAIRS.is_file():
        print(f"没有数据，已跳过 no data, skipped: {PAIRS}")
        return 0
    pairs = changes()
    with tempfile.TemporaryDirectory() as name:
        written = write_versions(pairs, Path(name))
        documents = {key: prepare(load(path)) for key, path in written.items()}
        wrong = by_clause(pairs, documents)
        for line in wrong[:20]:
            print(line)
        asked = sum((one[1] != "序言") for pair in pairs for one in (pair.old, pair.new))
        print(f"changed articles {len(pairs)} · versions {len(written)}")
        print(f"by name and number, today and as of then: {asked - len(wrong)} of {asked} right")
        if count:
            for key, value in by_question(pairs, list(written.values()), count).items():
                print(f"{key:<36} {value}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 300))
