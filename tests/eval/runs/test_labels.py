"""Labels by people: kept, superseded, told apart; and agreement."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

from eval.runs.judgements import ClaimKey, judge_run
from eval.runs.labels import (
    FILE,
    LABELS,
    Labels,
    add_label,
    agreement,
    agreements,
    claims_to_label,
    consensus,
    read_labels,
)
from eval.runs.run_folder import RunFolder
from tests.eval.run_doubles import ListJudge, run_of, stored

ANSWERS = {
    "q1": (("甲。", ("甲甲",)), ("乙。", ("乙乙", "丙丙"))),
    "q2": (("丁。", ("丁丁",)),),
    "q3": (),  # abstains
    "q4": None,  # failed
}


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    return stored(tmp_path, ANSWERS)


def label(folder: RunFolder, key: tuple[str, int], given: str, by: str = "甲") -> None:
    claims = {each.key: each for each in claims_to_label(folder.load())}
    add_label(folder, claims[ClaimKey(*key)], given, by)


def labels(folder: RunFolder) -> Labels:
    return read_labels(folder, claims_to_label(folder.load()))


# claims


def test_every_claim_is_to_be_labelled_with_the_text_it_cites(folder: RunFolder) -> None:
    claims = claims_to_label(folder.load())
    assert {each.key for each in claims} == {("q1", 0), ("q1", 1), ("q2", 0)}
    [second] = [each for each in claims if each.key == ("q1", 1)]
    assert (second.text, second.question_text) == ("乙。", "q1 是什么？")
    assert [each.quote for each in second.quotes] == ["乙乙", "丙丙"]
    assert (second.quotes[0].title, second.quotes[0].path) == ("某办法", ("第一章", "第二条"))


def test_the_first_claims_are_a_fair_sample_and_the_order_never_changes() -> None:
    answers = {f"q{at:03}": (("甲。", ("甲",)), ("乙。", ("乙",))) for at in range(500)}
    claims = claims_to_label(run_of(answers)[1])
    backwards = claims_to_label(run_of(dict(reversed(answers.items())))[1])
    assert [each.key for each in claims] == [each.key for each in backwards]
    first = claims[:200]  # of 1000: by lot, half from each half; five standard deviations are 32
    early = sum(each.question < "q250" for each in first)
    assert 100 - 32 < early < 100 + 32
    assert 100 - 32 < sum(each.claim for each in first) < 100 + 32


# keeping


def test_a_later_label_of_the_same_person_takes_the_place_of_the_earlier(
    folder: RunFolder,
) -> None:
    label(folder, ("q1", 0), "supported")
    label(folder, ("q1", 0), "partial", by="乙")
    label(folder, ("q1", 0), "contradicted")
    assert labels(folder).by("甲") == {("q1", 0): "contradicted"}
    assert labels(folder).by("乙") == {("q1", 0): "partial"}
    assert labels(folder).people == ("乙", "甲")
    assert len((folder.path / FILE).read_text("utf-8").splitlines()) == 3  # nothing is rewritten


def test_a_line_cut_short_is_passed_over_and_what_follows_is_whole(folder: RunFolder) -> None:
    label(folder, ("q1", 0), "supported")
    path = folder.path / FILE
    path.write_bytes(path.read_bytes() + '{"question": "q2", "by": "甲'.encode()[:-1])
    label(folder, ("q2", 0), "partial")
    assert labels(folder).by("甲") == {("q1", 0): "supported", ("q2", 0): "partial"}
    assert labels(folder).unreadable == 1


WHOLE = {
    "question": "q1", "claim": 0, "text_digest": "", "label": "partial", "by": "甲", "at": ""
}  # fmt: skip


@pytest.mark.parametrize(
    "line",
    [
        "[]", "7", "{}", "{",
        json.dumps(WHOLE | {"claim": "0"}),
        json.dumps(WHOLE | {"label": "maybe"}),
        json.dumps(WHOLE | {"by": None}),
    ],
)  # fmt: skip
def test_a_line_that_is_no_label_is_counted(folder: RunFolder, line: str) -> None:
    (folder.path / FILE).write_text(line + "\n", "utf-8")
    assert labels(folder) == Labels((), (), 1)


def test_a_label_of_other_words_is_reported_and_not_used(tmp_path: Path) -> None:
    one = stored(tmp_path, ANSWERS)
    other = stored(
        tmp_path, {**ANSWERS, "q1": (("甲改。", ("甲甲",)), ("乙。", ("乙乙改", "丙丙")))}
    )
    for key in (("q1", 0), ("q1", 1), ("q2", 0)):
        label(one, key, "supported")
    (other.path / FILE).write_bytes((one.path / FILE).read_bytes())
    found = labels(other)
    assert found.by("甲") == {("q2", 0): "supported"}
    assert {each.key for each in found.stale} == {("q1", 0), ("q1", 1)}
    assert [row["n"] for row in agreements(other, other.load())] == [1, 1]


def test_what_is_no_label_is_not_kept(folder: RunFolder) -> None:
    [claim, *_] = claims_to_label(folder.load())
    for given, by in (("maybe", "甲"), ("partial", "")):
        with pytest.raises(ValueError, match="no label"):
            add_label(folder, claim, given, by)
    assert not (folder.path / FILE).exists()


# agreement


def keyed(given: list[str]) -> dict[ClaimKey, str]:
    return {ClaimKey("q", at): one for at, one in enumerate(given)}


def test_agreement_worked_by_hand() -> None:
    # 10 claims. Alike: 4 supported, 2 unsupported, 1 partial: p_o = 7/10.
    judge = ["supported"] * 6 + ["unsupported"] * 3 + ["partial"]
    people = (
        ["supported"] * 4 + ["unsupported", "partial"]
        + ["unsupported"] * 2 + ["supported"] + ["partial"]
    )  # fmt: skip
    # Shares: supported 6/10 and 5/10, unsupported 3/10 and 3/10, partial 1/10 and 2/10:
    # p_e = (30 + 9 + 2) / 100 = 41/100; kappa = (70 - 41) / (100 - 41) = 29/59.
    found = agreement("手", keyed(judge), keyed(people))
    assert (found.n, found.accuracy) == (10, Fraction(7, 10))
    assert found.kappa == pytest.approx(29 / 59, abs=1e-12)


@pytest.mark.parametrize(
    ("judge", "people", "accuracy", "kappa"),
    [
        ("sss", "sss", Fraction(1), None),  # one label alone: not defined
        ("s", "s", Fraction(1), None),
        ("su", "su", Fraction(1), Fraction(1)),
        ("ss", "uu", Fraction(0), Fraction(0)),  # p_e = 0
        ("su", "us", Fraction(0), Fraction(-1)),  # p_e = 1/2: (0 - 1/2) / (1 - 1/2)
        ("ssss", "sssu", Fraction(3, 4), Fraction(0)),  # p_e = 3/4, as much as is alike
        # p_o = 8/16, p_e = (2 * 1 + 1 * 2) / 16 = 4/16; (8 - 4) / (16 - 4)
        ("ssup", "suuc", Fraction(1, 2), Fraction(1, 3)),
    ],
)
def test_kappa_worked_by_hand(
    judge: str, people: str, accuracy: Fraction, kappa: Fraction | None
) -> None:
    named = {each[0]: each for each in sorted(LABELS)}
    sides = [keyed([named[each] for each in side]) for side in (judge, people)]
    found = agreement("手", *sides)
    assert found.accuracy == accuracy
    assert found.kappa == (None if kappa is None else pytest.approx(float(kappa), abs=1e-12))


def test_agreement_is_over_what_both_labelled() -> None:
    one = {ClaimKey("q", at): "supported" for at in range(5)}
    other = {ClaimKey("q", at): "partial" for at in range(3, 9)}
    assert agreement("甲", one, other).n == 2
    none = agreement("甲", one, {})
    assert (none.n, none.accuracy, none.kappa) == (0, None, None)


def test_every_judge_is_held_against_people_and_people_against_each_other(
    folder: RunFolder,
) -> None:
    assert agreements(folder, folder.load()) == []
    judge_run(folder, ListJudge("甲。"))
    for by, given in (("甲", "supported"), ("乙", "supported"), ("丙", "partial")):
        label(folder, ("q1", 0), given, by)
    label(folder, ("q1", 1), "unsupported")
    label(folder, ("q2", 0), "supported", "甲")
    label(folder, ("q2", 0), "unsupported", "乙")  # tied: nobody is compared with it
    assert consensus(labels(folder)) == {("q1", 0): "supported", ("q1", 1): "unsupported"}
    rows = {row["judge"]: row for row in agreements(folder, folder.load())}
    assert list(rows) == [
        "mechanical", "verifier", "list:一/二", "people:丙 / 乙", "people:丙 / 甲", "people:乙 / 甲"
    ]  # fmt: skip
    assert rows["mechanical"] == {
        "judge": "mechanical", "against": "people", "n": 2, "accuracy": 0.5, "kappa": 0.0,
        "undecided": 1,
    }  # fmt: skip
    assert (rows["list:一/二"]["accuracy"], rows["list:一/二"]["kappa"]) == (1.0, 1.0)
    assert (rows["people:乙 / 甲"]["n"], rows["people:乙 / 甲"]["accuracy"]) == (2, 0.5)
    assert rows["people:丙 / 甲"]["kappa"] == 0.0
