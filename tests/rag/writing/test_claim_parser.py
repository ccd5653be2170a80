from __future__ import annotations

import itertools

import pytest
from hypothesis import given, strategies as st

from rag.writing.claim_parser import AHEAD, LONGEST_SENTENCE, ClaimParser, WrittenSentence

OFFERED = ("1", "2", "3", "4", "5")


def parse(text: str, *cuts: int) -> tuple[list[WrittenSentence], ClaimParser]:
    """Feed a text cut at these places."""
    parser = ClaimParser(OFFERED)
    edges = [0, *sorted(cuts), len(text)]
    found = [
        one for start, end in itertools.pairwise(edges) for one in parser.feed(text[start:end])
    ]
    return [*found, *parser.close()], parser


def told(text: str) -> list[tuple[str, str]]:
    """Sentences with the keys each cites."""
    return [(one.text, "".join(one.keys)) for one in parse(text)[0]]


@pytest.mark.parametrize(
    "marker",
    ["[^1]", "[^p1]", "[1]", "【1】", "(^1)", "［＾1］", "［^１］", "（^1）", "[^1^]", "[[1]]", "[^01]",  # noqa: E501
     "[Passage 1]", "[passage: 1]", "【段落1】", "[^来源1]", "[ ^1 ]", " [^1]", " [1]"],
)  # fmt: skip
@pytest.mark.parametrize("place", ["{said}{marker}。", "{said}。{marker}", "{said}。\n{marker}\n"])
def test_every_form_of_marker_is_taken_wherever_it_stands(marker: str, place: str) -> None:
    text = place.format(said="校长负责读书会的组织工作", marker=marker)
    assert told(text) == [("校长负责读书会的组织工作。", "1")]


@pytest.mark.parametrize(
    ("marker", "keys"),
    [("[^1][^2]", "12"), ("[^1, ^2]", "12"), ("[^1,2]", "12"), ("[^2、^1]", "21"), ("[1][3]", "13"),
     ("[1, 2]", "12"), ("[^1] [^2]", "12"), ("[^1], [^2]", "12"), ("[^1-3]", "123"),
     ("[^1；^2]", "12"), ("【1】【2】", "12"), ("[^1][^1]", "1")],
)  # fmt: skip
def test_several_keys_are_taken_in_order_each_once(marker: str, keys: str) -> None:
    assert told(f"The head decides.{marker} Others do not.") == [
        ("The head decides.", keys),
        ("Others do not.", ""),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "根据国发[2023]15号文件，学校应当开放。",
        "根据国发〔2023〕15号文件，学校应当开放。",
        "教研[1]号文件自发布之日起施行。",
        "参见国发[5]3号和第[1]条。",
        "The act [Cap. 7] applies to all schools.",
        "见附件(1)和附件（2）。",
        "数组a[9]的值是7。",
    ],
)
def test_brackets_of_the_text_are_no_markers(text: str) -> None:
    assert told(text) == [(text, "")]
    assert told(f"{text}[^2]") == [(text, "2")]


def test_a_bare_number_that_was_not_offered_stays_in_the_text() -> None:
    sentences, parser = parse("学校应当开放[7]。")
    assert [one.text for one in sentences] == ["学校应当开放[7]。"]
    assert parser.unknown == 0


def test_keys_that_were_not_offered_are_dropped_and_counted() -> None:
    sentences, parser = parse("学校开放。[^7][^1] 费用免收。[^key]\n放假。[^2023]\n[^9]\n")
    assert [(one.text, one.keys) for one in sentences] == [
        ("学校开放。", ("1",)),
        ("费用免收。", ()),
        ("放假。", ()),
    ]
    assert parser.unknown == 4


def test_markers_belong_to_the_sentence_in_front_of_them() -> None:
    assert told("甲方负责。[^1]乙方付款[^2]。丙方不管。") == [
        ("甲方负责。", "1"),
        ("乙方付款。", "2"),
        ("丙方不管。", ""),
    ]
    assert told("[^1] The head decides.\n[2] The board pays.") == [
        ("The head decides.", "1"),
        ("The board pays.", "2"),
    ]


def test_words_that_only_carry_a_marker_go_with_it() -> None:
    assert told("根据[^1]，校长负责。") == [("校长负责。", "1")]
    assert told("校长负责（来源：[^2]）。") == [("校长负责。", "2")]
    assert told("According to [1], the head decides.") == [("the head decides.", "1")]
    assert told("The head decides (Source: [3]).") == [("The head decides.", "3")]
    assert told("校长负责。\n来源：[^3]") == [("校长负责。", "3")]


def test_lists_headings_and_bold_are_markdown_not_text() -> None:
    text = "# 答案\n\n**以下各项**：\n- **校长**负责[^1]\n* 局里付款。[^2]\n3. 馆里供书[^3]\n> 4) 完。[^4]"  # noqa: E501
    assert parse(text)[0] == [
        WrittenSentence("校长负责", ("1",), "- "),
        WrittenSentence("局里付款。", ("2",), "- "),
        WrittenSentence("馆里供书", ("3",), "3. "),
        WrittenSentence("完。", ("4",), "4. "),
    ]


def test_a_passage_named_in_words_is_cited() -> None:
    assert told("Passage 1: The head decides.") == [("The head decides.", "1")]
    assert told("根据段落2，校长负责。") == [("校长负责。", "2")]
    assert told("The passage 99: none.") == [("The passage 99: none.", "")]


def test_a_decimal_is_no_list_number_and_a_label_is_no_text() -> None:
    assert told("3.5元。[^1]") == [("3.5元。", "1")]
    assert told("答案：校长。[^1]") == [("校长。", "1")]
    assert told("**Answer:** The head.[^1]") == [("The head.", "1")]


@pytest.mark.parametrize(
    "end",
    ["参考文献：\n[^1]: 《通知》\n[^2]: 《办法》", "References\n1. Notice\n2. Rules", "[^1]: 《通知》",  # noqa: E501
     "**来源**\n- 《通知》[^1]", "## Sources:\n[1] Notice."],
)  # fmt: skip
def test_a_list_of_references_is_dropped(end: str) -> None:
    assert told(f"校长负责。[^1]\n\n{end}\n") == [("校长负责。", "1")]


@pytest.mark.parametrize(
    "text",
    [
        "<think>校长？[^2]\n是。</think>\n\n校长负责。[^1]",
        "校长？是的。</think>校长负责。[^1]",
        "<thinking>嗯</thinking>校长负责。[^1]",
        "校长负责。[^1]<|im_end|>\n<|im_start|>user\n再说一遍。[^2]",
        "校长负责。[^1]</s>乱码。",
        "```\n校长负责。[^1]\n```",
        "```markdown\n校长负责。[^1]\n```",
        "校长负责。[^1]\n```python\nprint('[^2]。')\n```",
    ],
)
def test_thoughts_ends_of_turn_and_fences_are_no_answer(text: str) -> None:
    assert told(text) == [("校长负责。", "1")]


def test_a_thought_without_end_says_nothing() -> None:
    assert told("<think>校长负责。[^1]\n" * 3) == []


def test_other_tags_and_signs_are_text() -> None:
    assert told("增长<5%，a<b。[^1]") == [("增长<5%，a<b。", "1")]


def test_what_is_said_again_is_dropped_and_said_for_ever_is_stopped() -> None:
    sentences, parser = parse("校长负责。[^1]局里付款。[^2]" * 200)
    assert [one.text for one in sentences] == ["校长负责。", "局里付款。"]
    assert parser.repeating
    assert parser.ended
    assert not parse("校长负责。[^1]局里付款。[^2]校长负责。[^1]")[1].repeating


def test_a_sentence_without_end_is_stopped() -> None:
    sentences, parser = parse("校长负责。[^1]" + "的 the " * LONGEST_SENTENCE)
    assert [one.text for one in sentences] == ["校长负责。"]
    assert parser.repeating


def test_a_marker_cut_off_at_the_end_is_dropped() -> None:
    assert told("校长负责。[^1") == [("校长负责。", "")]
    assert told("校长负责。[^") == [("校长负责。", "")]


def test_a_sentence_is_given_out_while_its_line_goes_on() -> None:
    parser = ClaimParser(OFFERED)
    given = parser.feed("校长负责读书会。[^1]" + "后面还有很长的一句话没有说完" * 3)
    assert [(one.text, one.keys) for one in given] == [("校长负责读书会。", ("1",))]
    assert parser.feed("。") == []
    assert len(parser.feed("再" * 2 * AHEAD)) == 1


def test_what_broke_off_is_not_given_out() -> None:
    parser = ClaimParser(OFFERED)
    assert parser.feed("校长负责。[^1]\n经费由") == []
    assert [one.text for one in parser.break_off()] == ["校长负责。"]


PIECES = st.lists(
    st.sampled_from(
        ["校长负责", "国发[2023]15号", "“甲。乙”", "The head decides", "[^1]", "[1]", "【2】", "[^9]",  # noqa: E501
         "(^3)", "[^1, ^2]", "。", ".", " ", "\n", "\n\n", "- ", "1. ", "**", "# ", "<think>",
         "</think>", "```", "```py", "参考文献：", "来源：[^2]", "[^1]: ", "根据[^1]，", "3.5%", "（见",  # noqa: E501
         "）", "？", "U.S. ", "答案：", "<", "</s>", '"', "[", "^", "❤", "\u3000", "\r\n"]
    ),
    max_size=40,
).map("".join)  # fmt: skip


@given(st.one_of(PIECES, st.text(max_size=200)), st.data())
def test_how_a_text_is_cut_does_not_matter(text: str, data: st.DataObject) -> None:
    cuts = data.draw(st.lists(st.integers(0, len(text)), max_size=12))
    whole, parser = parse(text)
    pieces, again = parse(text, *cuts)
    assert pieces == whole
    assert (again.unknown, again.repeating, again.ended) == (
        parser.unknown,
        parser.repeating,
        parser.ended,
    )


@given(st.integers(0, 80), st.integers(0, 80))
def test_a_document_number_comes_whole_through_any_cut(first: int, second: int) -> None:
    text = "按照国发[2023]15号文件，学校应当开放[1]。依据教发〔2021〕3号。[^2]其余从略，另行通知，再作安排。"  # noqa: E501
    cuts = [min(one, len(text)) for one in (first, second)]
    assert [(one.text, one.keys) for one in parse(text, *cuts)[0]] == [
        ("按照国发[2023]15号文件，学校应当开放。", ("1",)),
        ("依据教发〔2021〕3号。", ("2",)),
        ("其余从略，另行通知，再作安排。", ()),
    ]


@given(st.text(alphabet="校长负责国发[]2015号^。1 ", max_size=120))
def test_no_letter_of_an_answer_is_lost_or_made(text: str) -> None:
    said = "".join(one.text for one in parse(text)[0])
    assert set(said) <= set(text) | {" "}
    assert said.count("校") <= text.count("校")
