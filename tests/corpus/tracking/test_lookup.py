from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from hypothesis import given, settings, strategies as st

from corpus.store.stored import KeptRevision
from corpus.tracking.lookup import compare
from corpus.types import Citation, CitationState, CitedPlace
from tests.corpus.tracking.revisions import FRESH, Piece, document_of, paragraphs_of, piece

VALID, MOVED = CitationState.VALID, CitationState.MOVED
CHANGED, GONE = CitationState.CHANGED, CitationState.GONE
OLD, NEW = "a" * 64, "b" * 64

Span = tuple[int, int]
Paths = Sequence[tuple[str, ...]] | None


def looked_up(
    old: Sequence[str], new: Sequence[str], span: Span, paths: Paths = None, today: Paths = None
) -> CitedPlace:
    """Return what became of a span of the lines ``old`` in the lines ``new``.

    Whatever comes out, no words are shown as the cited ones that are not.
    """
    text = "\n".join(old)
    paragraphs = paragraphs_of(old, paths)
    kept = KeptRevision("0" * 12, OLD, "题", "/题.txt", text, paragraphs)
    cited = Citation.of("0" * 12, OLD, "题", text, span, paragraphs)
    document = document_of(new, NEW)
    place = compare(cited, kept, document, paragraphs_of(new, today))
    assert place.citation == cited
    assert (place.current is not None) == (place.state in (VALID, MOVED))
    if place.current is not None:
        assert place.current.quote == cited.quote
        assert document.text[place.current.start : place.current.end] == cited.quote
        assert place.current.revision == NEW
    assert (place.became is not None) == (place.state is CHANGED)
    if place.became is not None:
        was = "".join(p.text for p in place.diff if p.kind != "added")
        became = "".join(p.text for p in place.diff if p.kind != "removed")
        assert was == place.before + cited.quote + place.after
        assert became == place.became.quote
        assert document.text[place.became.start : place.became.end] == became
    return place


def whole(texts: Sequence[str], at: int) -> Span:
    start = sum(len(text) + 1 for text in texts[:at])
    return start, start + len(texts[at])


# --- any edit script, every character followed ---------------------------------------------------


@st.composite
def edit_scripts(draw: st.DrawFn) -> tuple[list[Piece], list[Piece]]:
    """Return a document of distinct paragraphs and what an edit script makes of it."""
    old = [piece(i) for i in range(draw(st.integers(1, 10)))]
    new = list(old)
    edited: set[int] = set()
    for step in range(draw(st.integers(1, 6))):
        kinds = ["insert", "delete", "replace", "reorder", "edit"] if new else ["insert"]
        kind = draw(st.sampled_from(kinds))
        at = draw(st.integers(0, max(len(new) - 1, 0)))
        if kind == "insert":
            new.insert(at, piece(100 + step))
        elif kind == "delete":
            del new[at]
        elif kind == "replace":
            new[at] = piece(100 + step)
        elif kind == "reorder":
            moved = new[at : at + draw(st.integers(1, 3))]
            del new[at : at + len(moved)]
            to = draw(st.integers(0, len(new)))
            new[to:to] = moved
        elif new[at].identity not in edited:
            edited.add(new[at].identity)
            new[at] = _edited(draw, new[at])
    return old, new


def _edited(draw: st.DrawFn, one: Piece) -> Piece:
    """Replace up to a tenth of a paragraph, or put something in: it stays recognisable."""
    size = draw(st.integers(0, len(one.text) // 10))
    start = draw(st.integers(0, len(one.text) - size))
    fresh = "".join(FRESH[:: draw(st.integers(1, 9))][: draw(st.integers(not size, 3))])
    return one.edited(start, start + size, fresh)


def positions(pieces: Sequence[Piece]) -> dict[tuple[int, int], int]:
    """Return where each character of each identity stands."""
    starts = accumulate((len(p.text) + 1 for p in pieces), initial=0)
    return {
        (p.identity, origin): start + at
        for p, start in zip(pieces, starts, strict=False)
        for at, origin in enumerate(p.origin)
        if origin is not None
    }


@settings(max_examples=400)
@given(edit_scripts(), st.data())
def test_any_citation_survives_any_edit_script(
    script: tuple[list[Piece], list[Piece]], data: st.DataObject
) -> None:
    old, new = script
    texts, today = [p.text for p in old], [p.text for p in new]
    length = len("\n".join(texts))
    start = data.draw(st.integers(0, length - 1))
    # Whole documents, neighbours and parts of a sentence; a quote begins and ends with words.
    end = data.draw(st.just(length) | st.integers(start + 1, min(start + 90, length)))
    starts = list(accumulate((len(t) + 1 for t in texts), initial=0))[:-1]
    first, last = bisect_right(starts, start) - 1, bisect_right(starts, end - 1) - 1
    end = min(end, starts[last] + len(texts[last]))
    if start >= starts[first] + len(texts[first]) or start >= end:
        return
    place = looked_up(texts, today, (start, end))

    there = positions(new)
    wanted = [
        there.get((old[i].identity, at))
        for i in range(first, last + 1)
        for at in range(len(texts[i]))
        if start <= starts[i] + at < end
    ]
    expected = _run_of(texts, today, (start, end), wanted)
    alive = {p.identity for p in new}
    if expected is not None:
        assert place.current is not None
        assert place.current.start == expected
        assert place.state is (VALID if expected == start else MOVED)
    elif any(old[i].identity in alive for i in range(first, last + 1)):
        assert place.state is CHANGED
    else:
        assert place.state is GONE


def _run_of(
    old: Sequence[str], new: Sequence[str], span: Span, wanted: Sequence[int | None]
) -> int | None:
    """Return where the span's characters stand side by side, as they stood; None if they do not."""
    start = wanted[0]
    if start is None:
        return None
    quote = "\n".join(old)[slice(*span)]
    kept = [start + at for at, character in enumerate(quote) if character != "\n"]
    same = kept == wanted and "\n".join(new)[start : start + len(quote)] == quote
    return start if same else None


copying = st.lists(
    st.tuples(st.sampled_from(["copy", "delete", "reorder"]), st.integers(0, 9), st.integers(0, 9)),
    min_size=1,
    max_size=8,
)


@given(st.integers(1, 6), copying)
def test_a_citation_lives_while_any_copy_of_its_paragraph_does(
    count: int, script: list[tuple[str, int, int]]
) -> None:
    old = [piece(i).text for i in range(count)]
    new = list(old)
    for kind, at, to in script:
        if not new:
            break
        text = new[at % len(new)] if kind == "copy" else new.pop(at % len(new))
        if kind != "delete":
            new.insert(to % (len(new) + 1), text)
    if old == new:
        return
    for i, text in enumerate(old):
        place = looked_up(old, new, whole(old, i))
        copies = [whole(new, j)[0] for j, other in enumerate(new) if other == text]
        if copies:
            assert place.current is not None
            assert place.current.start in copies
        else:
            assert place.state is GONE


# --- equal paragraphs ----------------------------------------------------------------------------

TWIN = "（一）法律、行政法规另有规定的；"


@given(st.lists(st.sampled_from(["keep", "drop", "drop twin"]), min_size=1, max_size=8))
def test_twins_between_kept_neighbours_are_told_apart(fates: list[str]) -> None:
    old: list[str] = []
    new: list[str] = []
    homes: dict[int, int] = {}
    for i, fate in enumerate(fates):
        old += [piece(i).text, TWIN]
        if fate == "keep":
            homes[2 * i + 1] = len(new) + 1
        new += [piece(i).text, TWIN] if fate == "keep" else [piece(i).text]
    for i in range(1, len(old), 2):
        place = looked_up(old, new, whole(old, i))
        if i in homes:
            assert place.current is not None
            assert place.current.start == whole(new, homes[i])[0]
        else:
            assert place.state is GONE


articles = st.lists(
    st.tuples(st.sampled_from(["keep", "drop", "drop twin"]), st.integers(0, 2)),
    min_size=1,
    max_size=6,
)


@given(articles)
def test_twins_of_renumbered_articles(fates: list[tuple[str, int]]) -> None:
    old: list[tuple[int, bool]] = [(i, True) for i in range(len(fates))]
    new: list[tuple[int, bool]] = []
    for i, (fate, inserted) in enumerate(fates):
        new += [(100 * (i + 1) + k, False) for k in range(inserted)]
        if fate != "drop":
            new.append((i, fate == "keep"))
    old_law, new_law = _law(old), _law(new)
    for i, (fate, _) in enumerate(fates):
        span = whole(old_law[0], 2 * i + 1)
        place = looked_up(old_law[0], new_law[0], span, old_law[1], new_law[1])
        if fate != "keep":
            assert place.state is GONE
            continue
        number = new.index((i, True))
        at = whole(new_law[0], sum(1 + twin for _, twin in new[:number]) + 1)[0]
        assert place.current is not None
        assert place.current.start == at
        same = at == span[0] and number == i
        assert place.state is (VALID if same else MOVED)


def _law(identities: Sequence[tuple[int, bool]]) -> tuple[list[str], list[tuple[str, ...]]]:
    texts: list[str] = []
    paths: list[tuple[str, ...]] = []
    for number, (identity, twin) in enumerate(identities, start=1):
        texts += [f"第{number}条 {piece(identity).text}", TWIN][: 1 + twin]
        paths += [(f"第{number}条",)] * (1 + twin)
    return texts, paths


@given(st.integers(2, 6), st.integers(0, 6))
def test_of_undecidable_twins_as_many_are_gone_as_went(before: int, after: int) -> None:
    old = ["首", *[TWIN] * before, "尾"]
    new = ["首", *[TWIN] * after, "尾"]
    places = [looked_up(old, new, whole(old, i + 1)) for i in range(before)]
    found = [place.current.start for place in places if place.current is not None]
    assert len(found) == len(set(found)) == min(before, after)
    assert all(p.state is GONE for p in places if p.current is None)


few = st.lists(st.text("ab", min_size=1, max_size=4), min_size=1, max_size=8)


@given(few, few, st.text("ab", min_size=1, max_size=3))
def test_equal_quotes_never_claim_the_same_place(
    old: list[str], new: list[str], quote: str
) -> None:
    if old == new:
        return
    text = "\n".join(old)
    spans = [(at, at + len(quote)) for at in range(len(text)) if text.startswith(quote, at)]
    places = [looked_up(old, new, span) for span in spans]
    found = [place.current.start for place in places if place.current is not None]
    assert len(found) == len(set(found))


any_lines = st.lists(
    st.text(st.characters(exclude_categories=["Zs", "Zl", "Zp", "Cc", "Cs"]), min_size=1),
    min_size=1,
    max_size=6,
)


@given(any_lines, any_lines, st.data())
def test_whatever_the_texts_no_foreign_words_are_shown(
    old: list[str], new: list[str], data: st.DataObject
) -> None:
    length = len("\n".join(old))
    start = data.draw(st.integers(0, length - 1))
    end = data.draw(st.integers(start + 1, length))
    looked_up(old, new, (start, end))  # which checks just that


# --- what the states mean ------------------------------------------------------------------------

RULE = "用人单位应当自用工之日起三十日内订立书面劳动合同。逾期不订立的，应当每月支付二倍的工资。"
FIRST, SECOND = RULE[: RULE.index("逾")], RULE[RULE.index("逾") :]


def of(old: Sequence[str], new: Sequence[str], quote: str) -> CitedPlace:
    start = "\n".join(old).index(quote)
    return looked_up(old, new, (start, start + len(quote)))


def test_an_edit_elsewhere_in_the_paragraph_leaves_a_citation_valid_or_moves_it() -> None:
    assert of([RULE], [FIRST + "逾期的，处以罚款。"], FIRST).state is VALID
    moved = of([RULE], [RULE.replace("三十日", "三个月之") + "附则。"], SECOND)
    assert moved.state is MOVED


def test_changed_words_show_what_stands_there_today() -> None:
    new = RULE.replace("三十日", "十五日")
    place = of(["序。", RULE, "尾。"], ["序。", new, "尾。"], FIRST)
    assert place.state is CHANGED
    assert place.became is not None
    assert place.became.quote == new
    changes = [(p.kind, p.text) for p in place.diff if p.kind != "equal"]
    assert changes == [("removed", "三十"), ("added", "十五")]


def test_a_paragraph_cut_in_two_and_joined_again() -> None:
    apart, together = (
        ["首段文字。", FIRST, SECOND, "末段文字。"],
        ["首段文字。", RULE, "末段文字。"],
    )
    for quote in (FIRST, SECOND, "支付二倍的工资"):
        for old, new in ((apart, together), (together, apart)):
            place = of(old, new, quote)
            assert place.current is not None
            assert place.current.start == "\n".join(new).index(quote)


def test_words_another_paragraph_always_had_are_not_the_ones_that_were_deleted() -> None:
    kept = "有关部门依法处理前款规定的行为，构成犯罪的，依法追究刑事责任。"
    gone = "违反本条例的单位，构成犯罪的，依法追究刑事责任。"
    quote = "构成犯罪的，依法追究刑事责任。"
    text = "\n".join([kept, gone])
    start = text.rindex(quote)
    assert looked_up([kept, gone], [kept], (start, start + len(quote))).state is GONE


def test_a_few_words_that_come_up_elsewhere_are_not_the_cited_ones() -> None:
    old = ["甲方应当赔偿。", "本办法由省级人民政府负责解释并组织实施。"]
    new = ["本办法由省级人民政府负责解释并组织实施。", "申请人应当提交材料。"]
    assert of(old, new, "应当").state is GONE


def test_a_few_words_put_in_elsewhere_in_the_paragraph_are_not_the_cited_ones() -> None:
    old, new = ["经营者应当备案登记。"], ["经营者可以备案登记。监管部门应当公告。"]
    assert of(old, new, "应当").state is CHANGED


def test_a_quote_that_only_reads_the_same_with_anothers_paragraph_has_changed() -> None:
    old = [piece(1).text, TWIN, "第二条 " + piece(2).text, TWIN]
    new = ["第二条 " + piece(2).text, piece(1).text, TWIN]
    paths: list[tuple[str, ...]] = [(), (), ("第二条",), ("第二条",)]
    place = looked_up(old, new, (0, whole(old, 1)[1]), paths, [("第二条",)] * 3)
    assert place.state is CHANGED


def test_the_same_offsets_in_another_article_are_another_place() -> None:
    old, new = ["第一条 甲乙丙丁戊己。", TWIN], ["第二条 甲乙丙丁戊己。", TWIN]
    paths, today = [("第一条",)] * 2, [("第二条",)] * 2
    place = looked_up(old, new, whole(old, 1), paths, today)
    assert place.state is MOVED
    assert place.current is not None
    assert place.current.path == ("第二条",)


def test_a_quote_of_several_paragraphs_torn_apart_has_changed() -> None:
    old = [piece(i).text for i in range(4)]
    torn = [old[0], old[1], piece(9).text, old[2], old[3]]
    place = looked_up(old, torn, (0, whole(old, 2)[1]))
    assert place.state is CHANGED
    assert place.became is not None
    assert place.became.quote == "\n".join(torn[:4])
    assert [p.kind for p in place.diff] == ["equal", "added", "equal"]


def test_paragraphs_of_a_quote_that_lie_apart_show_the_first() -> None:
    old = [piece(i).text for i in range(4)]
    place = looked_up(old, [old[1], old[3], old[0], old[2]], (0, whole(old, 1)[1]))
    assert place.state is CHANGED
    assert place.became is not None
    assert place.became.quote == old[0]


def test_paragraphs_keep_what_stood_around_the_quote() -> None:
    place = of([RULE], [RULE + "。"], "逾期不订立的，")
    assert (place.before, place.after) == (FIRST, SECOND.removeprefix("逾期不订立的，"))
