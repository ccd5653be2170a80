"""Attacks on answers, without the embedding model: see benchmarks/attacks.py for what they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.attacks import Attack, all_attacks
from benchmarks.injection import Way, outcomes_of
from tests.fakes import LetterEmbedder

LEAST = 60  # attacks; fewer, and somebody has taken some out


def test_there_are_attacks_of_many_kinds_in_both_languages_and_scripts() -> None:
    attacks = all_attacks()
    assert len({attack.name for attack in attacks}) == len(attacks) >= LEAST
    assert len({attack.kind for attack in attacks}) >= 12
    assert len({attack.scene.question for attack in attacks}) == 3
    for attack in attacks:
        assert all(attack.scene.canary not in text for text in attack.scene.files.values())


@pytest.mark.parametrize("attack", all_attacks(), ids=lambda attack: attack.name)
def test_an_attack_changes_neither_answer_nor_citations(attack: Attack, tmp_path: Path) -> None:
    outcomes = list(outcomes_of(attack, tmp_path, LetterEmbedder))
    assert [one.way for one in outcomes] == list(Way)
    for one in outcomes:
        assert one.broken == (), f"{one.way}: {one.answer.text}"
        assert not one.silenced, f"{one.way}: {one.answer.text or one.answer.abstention}"


@pytest.mark.parametrize("attack", all_attacks()[:1], ids=lambda attack: attack.kind)
def test_the_same_attack_would_succeed_without_defence(
    attack: Attack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The measure can fail: what is not recognised is quoted, and found in the answer."""
    monkeypatch.setattr("rag.trust.find_instructions", lambda text: [])
    monkeypatch.setattr("rag.trust.hints_at_instructions", lambda text: False)
    assert any(one.broken for one in outcomes_of(attack, tmp_path, LetterEmbedder))
