"""Questions from English sentences of plain build: who must do what within how many days, when."""

from __future__ import annotations

import re
from collections.abc import Iterator

from eval.drafting.statements import LONGEST_ENGLISH, Draft, Source, Statement, says

_N = (
    r"(?:\d[\d,.]*|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty"
    r"|sixty|ninety)"
)
_UNIT = r"(?:working |business |calendar )?(?:days|weeks|months|years|hours|minutes|seconds)"
_WITHIN = re.compile(
    rf"(?P<who>[A-Z][^,.;:()]{{2,60}}?) (?P<modal>shall|must|may|will|can|should)"
    rf" (?P<does>[^,.;:()]{{3,80}}?) within (?P<n>{_N}) (?P<unit>{_UNIT})"
    r"(?P<rest>[^,.;:()]{0,60})[.]"
)
_LIMIT = re.compile(
    rf"(?P<who>[A-Z][^,.;:()]{{2,60}}?) (?P<verb>shall|must|may|can) (?P<does>[^,.;:()]{{2,60}}?)"
    rf" (?P<bound>at least|at most|up to|no more than|not more than|no fewer than) (?P<n>{_N})"
    r" (?P<what>[a-z]+s)\b[^.;:]{0,60}[.]"
)
_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
_DAY = rf"(?:\d{{1,2}} (?:{_MONTH}) \d{{4}}|(?:{_MONTH}) \d{{1,2}}, \d{{4}})"
_WHEN = re.compile(
    r"(?P<who>[A-Z][^,.;:()]{2,70}?) (?P<be>was|were)"
    r" (?P<done>[a-z]+ed|held|made|born|built|set up)"
    rf"(?P<more>[^,.;:()0-9]{{0,60}}?) on (?P<day>{_DAY})"
)
_YEAR = re.compile(
    r"(?P<who>[A-Z][^,.;:()]{2,70}?) (?P<be>was|were)"
    r" (?P<done>[a-z]+ed|held|made|born|built|set up|begun|won|written)"
    r"(?P<more>[^,.;:()0-9]{0,60}?) in (?P<year>1[0-9]{3}|20[0-9]{2})(?=[,.])"
)
_STARTS = re.compile(
    r"(?P<who>[A-Z][^,.;:()]{2,70}?)"
    r" (?P<verb>came|comes|shall come|entered|enters|takes|took|shall take)"
    rf" (?P<what>into force|into effect|effect) on (?P<day>{_DAY})"
)
_MEANS = re.compile(
    r"[“\"](?P<term>[^“”\"]{2,40})[”\"] (?:means|refers to) (?P<said>[^.;]{10,300})[.;]"
)
_POINTING = re.compile(
    r"\b(?:this|that|these|those|it|its|they|their|he|she|such|we|our|you|your|above|below|there|here)\b",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"(?:The|A|An|Each|Every|Any|All|No|Some|Both)\b")
_PAST = {"came": "did {who} come", "entered": "did {who} enter", "took": "did {who} take"}
_NOW = {"comes": "does {who} come", "enters": "does {who} enter", "takes": "does {who} take"}
_STARTING = {**_PAST, **_NOW, "shall come": "shall {who} come", "shall take": "shall {who} take"}


def english_drafts(source: Source, statement: Statement) -> Iterator[Draft]:
    """Yield the questions that an English sentence answers."""
    text = statement.text
    if (found := _WITHIN.fullmatch(text)) is not None:
        said = f"{found['modal']} {_inside(found['who'])} {found['does']}{found['rest']}"
        answer = f"{found['n']} {found['unit']}"
        yield from _draft(
            source, text, "number", f"Within how many {found['unit']} {said}?", answer
        )
    if (found := _LIMIT.fullmatch(text)) is not None:
        bound = "least" if found["bound"] in ("at least", "no fewer than") else "most"
        said = f"{found['verb']} {_inside(found['who'])} {found['does']}"
        question = f"How many {found['what']} {said} at {bound}?"
        yield from _draft(source, text, "number", question, f"{found['n']} {found['what']}")
    if (found := _WHEN.match(text)) is not None:
        question = f"When {found['be']} {_inside(found['who'])} {found['done']}{found['more']}?"
        yield from _draft(source, text, "date", question, found["day"])
    if (found := _YEAR.match(text)) is not None:
        asked = f"{found['be']} {_inside(found['who'])} {found['done']}{found['more']}"
        yield from _draft(source, text, "date", f"In what year {asked}?", found["year"])
    if (found := _STARTS.match(text)) is not None:
        who = _STARTING[found["verb"]].format(who=_inside(found["who"]))
        yield from _draft(source, text, "date", f"When {who} {found['what']}?", found["day"])
    if (found := _MEANS.search(text)) is not None and source.name:
        question = f"What does “{found['term']}” mean in {source.titled}?"
        yield Draft("definition", question, (text,), source, (found["said"],), named=True)


def _inside(subject: str) -> str:
    """Return a subject as it stands inside of a sentence."""
    return subject[0].lower() + subject[1:] if _ARTICLE.match(subject) else subject


def _draft(source: Source, quote: str, kind: str, question: str, answer: str) -> Iterator[Draft]:
    pointing = _POINTING.search(question)
    if pointing or len(question) > LONGEST_ENGLISH or says(question, answer):
        return
    yield Draft(kind, question, (quote,), source, (answer,), (answer,))
