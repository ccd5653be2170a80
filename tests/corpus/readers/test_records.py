"""Records of JSON files: each a document or a reason, whatever the file is."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, strategies as st

from corpus.errors import UnreadableSource
from corpus.readers.archive.records import LINE, MAX_ID, Record, RefusedRecord, records

# No letters of Latin-1 side by side: a text of these only is rightly taken for mojibake.
LETTERS = st.characters(min_codepoint=32, max_codepoint=126) | st.sampled_from(
    "读书办法校长一二三〇龘，。\u3000𠮷😀\u0645Ω"
)
TEXTS = st.text(LETTERS, max_size=12)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)
IDS = st.text("甲乙abc019-", min_size=1, max_size=8)
GOOD: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"id": IDS, "text": TEXTS}, optional={"title": TEXTS, "k": VALUES}
)


def listed(*items: Any, by_line: bool = True) -> list[Record | RefusedRecord]:
    said = (
        "\n".join(json.dumps(item, ensure_ascii=False) for item in items)
        if by_line
        else json.dumps(items, ensure_ascii=False)
    )
    return list(records(b"\xef\xbb\xbf" + said.encode(), by_line=by_line))


@given(
    st.lists(GOOD, min_size=1, max_size=5, unique_by=lambda item: str(item["id"])), st.booleans()
)
def test_every_record_comes_back_with_its_text_and_id(
    items: list[dict[str, Any]], by_line: bool
) -> None:
    found = listed(*items, by_line=by_line)
    assert [
        (each.id, each.data.decode("utf-8-sig")) for each in found if isinstance(each, Record)
    ] == [(item["id"], item["text"]) for item in items]


@given(st.lists(VALUES, min_size=1, max_size=5))
def test_any_line_is_a_record_or_a_reason_and_none_is_passed_over(items: list[Any]) -> None:
    found = listed(*items)
    assert len(found) == len(items)
    for each in found:
        assert len(each.id) <= MAX_ID
        assert each.id.isprintable()
        if isinstance(each, RefusedRecord):
            assert each.reason


@given(GOOD, st.lists(VALUES, max_size=3))
def test_nothing_stated_beside_a_text_is_lost(item: dict[str, Any], values: list[Any]) -> None:
    item["metadata"] = {f"m{at}": value for at, value in enumerate(values)}
    (found,) = listed(item)
    assert isinstance(found, Record)
    stated = {key: item[key] for key in ("title", "k") if key in item} | item["metadata"]
    wanted = {key for key, value in stated.items() if value not in (None, "", [], {})}
    assert set(found.given) == wanted
    for key in wanted:
        value, given_ = stated[key], found.given[key]
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            assert given_ == tuple(value)
        elif isinstance(value, str):
            assert given_ == value
        else:
            assert isinstance(given_, str)
            assert json.loads(given_) == value or value != value or "NaN" in given_


@pytest.mark.parametrize(
    ("item", "name", "said"),
    [
        ([1], "L1", "no record"),
        ({"id": "甲"}, "甲", "no text"),
        ({"text": 5}, "L1", "no text"),
        ({"id": True, "text": None}, "L1", "no text"),
        ({"id": "x" * (MAX_ID + 1), "text": "甲"}, "L1", "longer than"),
    ],
)
def test_what_is_no_document_is_named_by_its_id_or_its_line(
    item: Any, name: str, said: str
) -> None:
    (found,) = listed(item)
    assert isinstance(found, RefusedRecord)
    assert found.id == name
    assert said in found.reason
    assert (LINE.fullmatch(found.id) is not None) is (name == "L1")


def test_of_two_with_one_id_the_first_counts() -> None:
    first, second, third = listed(
        {"id": 7, "text": "甲"}, {"id": "7", "text": "乙"}, {"id": 8, "text": "丙"}
    )
    assert isinstance(first, Record)
    assert isinstance(second, RefusedRecord)
    assert "before" in second.reason
    assert isinstance(third, Record)


@given(st.binary(max_size=40), st.booleans())
def test_any_bytes_are_records_or_refused(data: bytes, by_line: bool) -> None:
    try:
        found = list(records(data, by_line=by_line))
    except UnreadableSource:
        return
    assert all(isinstance(each, Record | RefusedRecord) for each in found)


@pytest.mark.parametrize(
    ("line", "name", "given"),
    [
        ('{"_id": "b", "text": "学校应当读书。"}', "b", {}),
        ('{"id": null, "_id": "b", "text": "学校应当读书。"}', "b", {}),
        ('{"id": "a", "_id": "b", "text": "学校应当读书。"}', "a", {"_id": "b"}),  # not lost
    ],
)
def test_an_id_as_beir_writes_it(line: str, name: str, given: dict[str, str]) -> None:
    (record,) = records(line.encode(), by_line=True)
    assert isinstance(record, Record)
    assert (record.id, dict(record.given)) == (name, given)
