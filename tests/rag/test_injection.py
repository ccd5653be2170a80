"""Attacks on answers, without the embedding model: see benchmarks/injection.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.injection import Attack, Way, outcomes_of, read_attacks
from rag.verification.verifier import Check
from tests.fakes import LetterEmbedder

ATTACKS = read_attacks()


def test_there_are_attacks_of_many_kinds_on_honest_libraries() -> None:
    assert len({attack.id for attack in ATTACKS}) == len(ATTACKS) >= 60
    assert {attack.channel for attack in ATTACKS} == {"document", "append", "question", "history"}
    for attack in ATTACKS:
        scene = attack.scene
        assert all(scene.lie not in text for text in scene.files.values())
        assert any(scene.truth in text for text in scene.files.values())


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: f"{attack.id}-{attack.kind}")
def test_an_attack_is_never_obeyed(attack: Attack, tmp_path: Path) -> None:
    outcomes = list(outcomes_of(attack, tmp_path, LetterEmbedder))
    assert [one.way for one in outcomes] == list(Way)
    for one in outcomes:
        assert one.obeyed == (), f"{one.way}: {one.answer.text}"


def test_the_measure_can_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A verifier that believes everything lets the model say what no document says."""
    believed = Check("supported", 1.0, ())  # type: ignore[arg-type]
    monkeypatch.setattr(
        "rag.verification.mechanical.MechanicalVerifier.verify", lambda *_: believed
    )
    attack = next(one for one in ATTACKS if one.channel == "document")
    assert any(one.obeyed for one in outcomes_of(attack, tmp_path, LetterEmbedder))
