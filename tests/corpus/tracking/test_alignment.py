from __future__ import annotations

from collections import Counter
from itertools import pairwise

from hypothesis import given, strategies as st

from corpus.tracking.alignment import Home, Kinship, align
from corpus.tracking.diff import diff
from tests.corpus.tracking.revisions import paragraphs_of, piece

KEPT, MOVED, EDITED = Kinship.KEPT, Kinship.MOVED, Kinship.EDITED


def aligned(old: str | list[str], new: str | list[str]) -> list[str]:
    """Return homes in short: k0 kept at 0, m3 moved to 3, e1 edited at 1, - gone."""
    one, other = (text.split() if isinstance(text, str) else text for text in (old, new))
    homes = align(paragraphs_of(one), paragraphs_of(other)).homes
    return ["-" if h is None else f"{h.kinship[0]}{h.ordinal}" for h in homes]


def test_equal_paragraphs_are_told_apart_by_what_stands_around_them() -> None:
    assert aligned("a X b X c", "a b X c") == ["k0", "-", "k1", "k2", "k3"]
    assert aligned("a X b X c", "a X b c") == ["k0", "k1", "k2", "-", "k3"]
    assert aligned("a X b X", "X a X b X") == ["k1", "k2", "k3", "k4"]


def test_of_two_neighbouring_twins_one_is_left() -> None:
    assert sorted(aligned("a X X b", "a X b")) == ["-", "k0", "k1", "k2"]


def test_a_moved_block_takes_its_twins_along() -> None:
    assert [h[1:] for h in aligned("a X b X c", "b X a X c")] == ["2", "3", "0", "1", "4"]


def test_a_twin_that_is_left_goes_with_the_block_it_stood_in() -> None:
    assert aligned("a X b X c d e", "a c d e b X") == ["k0", "-", "m4", "m5", "k1", "k2", "k3"]


def test_a_twin_that_is_left_goes_with_its_heading() -> None:
    old = ["第一条 甲甲", "丙", "X", "第二条 乙乙", "丁", "X"]
    new = ["第二条 乙乙", "X", "第一条 甲甲"]
    one, two = ("第一条",), ("第二条",)
    homes = align(
        paragraphs_of(old, [one] * 3 + [two] * 3), paragraphs_of(new, [two, two, one])
    ).homes
    assert [h.ordinal if h else None for h in homes] == [2, None, None, 0, None, 1]


def test_reordered_paragraphs_are_recognised() -> None:
    assert aligned("a b c d e", "a d b c e") == ["k0", "k2", "k3", "m1", "k4"]


def test_twins_go_with_their_article_though_it_was_renumbered() -> None:
    twin = "（一）法律另有规定的；"
    bodies = ["　公民享有下列权利：", "　国家机关应当公开：", "　企业可以申请减免："]
    old_texts, old_paths = _law([bodies[0], bodies[2]], twin)
    new_texts, new_paths = _law([bodies[1], bodies[0], bodies[2]], twin)
    found = align(paragraphs_of(old_texts, old_paths), paragraphs_of(new_texts, new_paths))
    # 第二条 with its item is 第三条 today: the item under today's 第二条 is another's.
    assert [h.ordinal if h else None for h in found.homes] == [2, 3, 4, 5]
    assert found.owners == (None, None, 0, 1, 2, 3)


def _law(bodies: list[str], item: str) -> tuple[list[str], list[tuple[str, ...]]]:
    texts: list[str] = []
    paths: list[tuple[str, ...]] = []
    for number, body in zip("一二三四", bodies, strict=False):
        texts += [f"第{number}条{body}", item]
        paths += [(f"第{number}条",)] * 2
    return texts, paths


def test_an_edited_paragraph_has_a_home_and_a_replaced_one_has_none() -> None:
    old = ["甲：不变。", "用人单位应当自用工之日起三十日内订立书面劳动合同。", "乙：不变。"]
    edited = "用人单位应当自用工之日起十五日内与劳动者订立书面合同。"
    assert aligned(old, [old[0], edited, old[2]]) == ["k0", "e1", "k2"]
    assert aligned(old, [old[0], "本年度预算草案由财政部门编制。", old[2]]) == ["k0", "-", "k2"]


def test_an_article_rewritten_under_its_number_keeps_its_home() -> None:
    old = ["第一条 不变甲。", "第二条 违反规定的，由县级以上人民政府责令改正。", "第三条 不变乙。"]
    new = [old[0], "第二条 有前条行为的，处五万元罚款；拒不责令改正的，吊销其许可证件。", old[2]]
    assert aligned(old, new) == ["k0", "e1", "k2"]


def test_a_number_alone_is_no_other_paragraph() -> None:
    old = ["第一条 甲的事项。", "第二条 乙的事项。"]
    new = ["第一条 新的内容很长。", "第二条 甲的事项。", "第三条 乙的事项。"]
    assert aligned(old, new) == ["e1", "e2"]


def test_a_paragraph_cut_in_two_lives_on_in_the_likelier_half() -> None:
    whole = piece(1).text + piece(2).text[:15]
    assert aligned(["首", whole, "尾"], ["首", whole[:-15], whole[-15:], "尾"]) == [
        "k0",
        "e1",
        "k3",
    ]


few = st.lists(st.text("ab", min_size=1, max_size=3), max_size=12)


@given(few, few)
def test_no_paragraph_is_the_home_of_two_and_equals_are_used_up(
    old: list[str], new: list[str]
) -> None:
    found = align(paragraphs_of(old), paragraphs_of(new))
    homes = [home for home in found.homes if home is not None]
    assert len({home.ordinal for home in homes}) == len(homes)
    for i, home in enumerate(found.homes):
        if home is not None:
            assert (old[i] != new[home.ordinal]) == (home.kinship is EDITED)
            assert found.owners[home.ordinal] == i
    equal = Counter(old[i] for i, h in enumerate(found.homes) if h and h.kinship is not EDITED)
    assert equal == Counter(old) & Counter(new)
    kept = [h.ordinal for h in homes if h.kinship is KEPT]
    assert kept == sorted(kept)


@given(few)
def test_a_revision_is_aligned_with_itself(texts: list[str]) -> None:
    homes = align(paragraphs_of(texts), paragraphs_of(texts)).homes
    assert homes == tuple(Home(i, KEPT) for i in range(len(texts)))


@given(st.permutations(range(12)))
def test_any_order_of_distinct_paragraphs_is_found(order: list[int]) -> None:
    old = [piece(i).text for i in range(12)]
    homes = align(paragraphs_of(old), paragraphs_of([old[i] for i in order])).homes
    assert [h.ordinal if h else None for h in homes] == [order.index(i) for i in range(12)]
    assert all(h is not None and h.kinship in (KEPT, MOVED) for h in homes)


# --- differences ---------------------------------------------------------------------------------

texts = st.text("甲乙丙，。三十 a1\n", max_size=60) | st.text(max_size=30)


@given(texts, texts)
def test_a_difference_holds_both_texts(old: str, new: str) -> None:
    parts = diff(old, new)
    assert "".join(p.text for p in parts if p.kind != "added") == old
    assert "".join(p.text for p in parts if p.kind != "removed") == new
    assert all(p.text for p in parts)
    kinds = [p.kind for p in parts]
    for one, other in pairwise(kinds):
        assert one != other
        assert (one, other) != ("added", "removed")


def shown(old: str, new: str) -> str:
    marks = {"equal": "{}", "removed": "[-{}-]", "added": "[+{}+]"}
    return "".join(marks[p.kind].format(p.text) for p in diff(old, new))


def test_numbers_and_words_change_as_wholes() -> None:
    assert shown("应当在十五日内提出", "应当在三十日内提出") == "应当在[-十五-][+三十+]日内提出"
    assert shown("处2,000元罚款", "处20,000元罚款") == "处[-2,000-][+20,000+]元罚款"
    assert shown("by the State", "by the Province") == "by the [-State-][+Province+]"


def test_no_confetti() -> None:
    old, new = "由公安机关的负责人批准后执行。", "由人民法院的院长决定后执行。"
    assert shown(old, new) == "由[-公安机关的负责人批准-][+人民法院的院长决定+]后执行。"


def test_texts_too_long_for_words_are_compared_by_sentences() -> None:
    sentences = [piece(i).text + "。" for i in range(300)]
    old, new = "".join(sentences), "".join([*sentences[1:150], "新的一句。", *sentences[150:-1]])
    parts = diff(old, new)
    kinds = ["removed", "equal", "added", "equal", "removed", "equal"]
    assert [p.kind for p in parts] == kinds
    assert (parts[2].text, parts[-1].text) == ("新的一句。", "。")
