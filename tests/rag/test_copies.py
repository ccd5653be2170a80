from __future__ import annotations

from corpus.types import Passage
from index.types import Hit
from rag.copies import COPIES, without_crowding


def ranked(texts: list[str], k: int) -> list[str]:
    hits = [
        Hit(Passage(f"{at}", f"{at}", 0, len(text), text), 1.0 - at / 1000, at + 1, "")
        for at, text in enumerate(texts)
    ]
    found = without_crowding(lambda most: hits[:most], k)
    assert [hit.rank for hit in found] == list(range(1, len(found) + 1))
    return [hit.passage.text for hit in found]


def test_ordinary_passages_are_ranked_as_they_were_found() -> None:
    texts = ["经费由县承担。", "图书由馆提供。", "校长负责。"]
    assert ranked(texts, 2) == texts[:2]


def test_fifty_near_copies_crowd_out_nothing() -> None:
    copies = [f"校园阅读活动由张三负责组织实施，详见第{at}号说明。" for at in range(50)]
    truth = "校园阅读活动由各校教导主任负责。"
    texts = ranked([*copies, truth], 10)
    assert texts[: COPIES + 1] == [*copies[:COPIES], truth]
    assert len(texts) == 10


def test_passages_that_only_resemble_each_other_are_no_copies() -> None:
    texts = [f"{name}负责{task}。" for name in "甲乙丙丁戊" for task in ("读书活动", "档案保管")]
    assert ranked(texts, 10) == texts
