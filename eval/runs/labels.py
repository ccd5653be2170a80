"""Labels that people give to claims, and how far judges agree with them.

``labels.jsonl`` in the run's folder holds one line a label; a later line by the same person on the
same claim takes the place of the earlier one. A label keeps a digest of what was read, so that one
carried over from another run, where the claim or its cited text was another, is not used.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any

from corpus.types import Headings
from eval.durable import append_durably, rows_in
from eval.plain_records import claims_of
from eval.runs.judgements import ClaimKey, read_judgements
from eval.runs.run_folder import RunFolder
from eval.runs.run_list import now
from eval.types import Run
from rag.types import Label

FILE = "labels.jsonl"
LABELS = frozenset(label.value for label in Label)
PEOPLE = "people"  # against whom a judge is held: what most of those who labelled a claim say
VERIFIER = "verifier"  # the service's own check, by whose word an answer was told
Labelling = Mapping[ClaimKey, str]


@dataclass(frozen=True, slots=True)
class CitedQuote:
    """Text that a claim cites, and where it stands."""

    quote: str
    title: str
    path: Headings
    clause: str


@dataclass(frozen=True, slots=True)
class ClaimToLabel:
    """A claim with all that a person reads to label it, and nothing of what others said."""

    question: str  # id
    question_text: str
    claim: int  # position in the answer
    text: str
    quotes: tuple[CitedQuote, ...]

    @property
    def key(self) -> ClaimKey:
        """Which claim it is."""
        return ClaimKey(self.question, self.claim)

    @property
    def digest(self) -> str:
        """SHA-256 of the claim's text and its quotes, hexadecimal."""
        read = "\x1f".join((self.text, *(each.quote for each in self.quotes)))
        return hashlib.sha256(read.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class GivenLabel:
    """A label as it was kept: a line of ``labels.jsonl``."""

    question: str
    claim: int
    text_digest: str
    label: Label
    by: str
    at: str  # ISO 8601, UTC

    @property
    def key(self) -> ClaimKey:
        """Which claim it is of."""
        return ClaimKey(self.question, self.claim)


@dataclass(frozen=True, slots=True)
class Labels:
    """What people said of a run's claims."""

    used: tuple[GivenLabel, ...]  # one per person and claim
    stale: tuple[GivenLabel, ...]  # of a claim that is not, or not so, in this run
    unreadable: int  # lines that hold no label

    def by(self, person: str) -> dict[ClaimKey, Label]:
        """Return one person's labels."""
        return {each.key: each.label for each in self.used if each.by == person}

    @property
    def people(self) -> tuple[str, ...]:
        """Everybody whose labels are used, in order of their names."""
        return tuple(sorted({each.by for each in self.used}))


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far a judge agrees with people, on the ``n`` claims that both labelled."""

    judge: str
    n: int
    accuracy: Fraction | None  # None: there is no such claim
    kappa: float | None  # None where it is not defined


def claims_to_label(run: Run) -> list[ClaimToLabel]:
    """Return every claim of a run, in an order that makes the first few a fair sample.

    The order is of digests of question id and position: as good as drawn by lot, the same each
    time, and the same in every run for claims of the same places.
    """
    claims = [
        ClaimToLabel(
            record.question.id,
            record.question.text,
            at,
            text,
            tuple(CitedQuote(each.quote, each.title, each.path, each.clause) for each in cited),
        )
        for record in run.records
        for at, (text, cited) in enumerate(claims_of(record))
    ]
    return sorted(claims, key=_lot)


def add_label(folder: RunFolder, claim: ClaimToLabel, label: str, by: str) -> GivenLabel:
    """Keep a person's label of a claim and return it. Raises RunUnsaved."""
    if label not in LABELS or not by:
        raise ValueError(f"{label!r} by {by!r} is no label")
    given = GivenLabel(claim.question, claim.claim, claim.digest, Label(label), by, now())
    append_durably(folder.path / FILE, asdict(given))
    return given


def read_labels(folder: RunFolder, claims: Iterable[ClaimToLabel]) -> Labels:
    """Return the labels given so far; those that do not fit the claims are told apart."""
    latest: dict[tuple[ClaimKey, str], GivenLabel] = {}
    unreadable = 0
    for row in rows_in(folder.path / FILE):
        given = _given(row)
        if given is None:
            unreadable += 1
        else:
            latest[given.key, given.by] = given
    digests = {each.key: each.digest for each in claims}
    fits = [each for each in latest.values() if digests.get(each.key) == each.text_digest]
    stale = [each for each in latest.values() if digests.get(each.key) != each.text_digest]
    return Labels(tuple(fits), tuple(stale), unreadable)


def agreement(judge: str, judge_labels: Labelling, people_labels: Labelling) -> Agreement:
    """Return accuracy and Cohen's kappa over the claims that both labelled.

    Kappa (Cohen, *A Coefficient of Agreement for Nominal Scales*, Educational and Psychological
    Measurement 20, 1960) is not defined where both used one and the same label throughout.
    """
    both = [(judge_labels[key], people_labels[key]) for key in judge_labels if key in people_labels]
    n = len(both)
    if n == 0:
        return Agreement(judge, 0, None, None)
    observed = Fraction(sum(ours == theirs for ours, theirs in both), n)
    ours, theirs = zip(*both, strict=True)
    if len({*ours, *theirs}) == 1:
        return Agreement(judge, n, observed, None)
    from sklearn.metrics import cohen_kappa_score

    return Agreement(judge, n, observed, float(cohen_kappa_score(ours, theirs)))


def consensus(labels: Labels) -> dict[ClaimKey, str]:
    """Return for each claim the label that most people gave it; a tied claim is left out."""
    votes: dict[ClaimKey, Counter[str]] = {}
    for each in labels.used:
        votes.setdefault(each.key, Counter())[each.label] += 1
    ranked = {key: counted.most_common(2) for key, counted in votes.items()}
    return {
        key: most[0][0] for key, most in ranked.items() if len(most) == 1 or most[0][1] > most[1][1]
    }


def agreements(folder: RunFolder, run: Run) -> list[dict[str, Any]]:
    """Return the agreement of every judge with people, then of every two people, as plain data.

    The judges are the run's own, the service's verifier, and each that judged the run later. Empty
    where nobody labelled anything. ``undecided`` counts the claims people are tied on.
    """
    labels = read_labels(folder, claims_to_label(run))
    agreed = consensus(labels)
    undecided = len({each.key for each in labels.used}) - len(agreed)
    if not labels.used:
        return []
    held = [
        (agreement(name, given, agreed), PEOPLE, undecided)
        for name, given in judge_labels(folder, run).items()
    ]
    pairs = [
        (agreement(f"people:{one} / {other}", labels.by(one), labels.by(other)), other, 0)
        for one, other in combinations(labels.people, 2)
    ]
    return [_plain(each, against, tied) for each, against, tied in (*held, *pairs)]


def judge_labels(folder: RunFolder, run: Run) -> dict[str, dict[ClaimKey, str]]:
    """Return what each judge called each claim: the run's judge, the verifier, later judges."""
    own = str(run.header.settings.get("judge", "judge"))
    found: dict[str, dict[ClaimKey, str]] = {own: {}, VERIFIER: {}}
    for record in run.records:
        answer: Any = record.answer or {"verdicts": ()}
        for judged in record.judgements:
            found[own][ClaimKey(record.question.id, judged.claim)] = judged.label
        for verdict in answer["verdicts"]:
            found[VERIFIER][ClaimKey(record.question.id, verdict["claim"])] = verdict["label"]
    for name, rows in read_judgements(folder).items():
        later = {ClaimKey(row["question"], row["claim"]): row["label"] for row in rows}
        found.setdefault(name, later)
    return found


def _plain(each: Agreement, against: str, undecided: int) -> dict[str, Any]:
    return {
        "judge": each.judge,
        "against": against,
        "n": each.n,
        "accuracy": None if each.accuracy is None else float(each.accuracy),
        "kappa": each.kappa,
        "undecided": undecided,
    }


def _lot(claim: ClaimToLabel) -> bytes:
    return hashlib.sha256(f"{claim.question}\x1f{claim.claim}".encode()).digest()


def _given(row: Mapping[str, Any] | None) -> GivenLabel | None:
    """Return the label that a line holds; None: it holds none."""
    if row is None:
        return None
    try:
        stated = {name: row[name] for name in GivenLabel.__slots__}
        given = GivenLabel(**{**stated, "label": Label(stated["label"])})
    except (KeyError, ValueError):
        return None
    texts = (given.question, given.text_digest, given.by, given.at)
    whole = all(isinstance(each, str) for each in texts) and type(given.claim) is int
    return given if whole else None
