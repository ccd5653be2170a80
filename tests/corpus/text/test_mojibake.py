from __future__ import annotations

import opencc
import pytest

from corpus.errors import UndecidedEncoding
from corpus.readers.plain import decode_clean
from corpus.text.encoding import decode
from corpus.text.mojibake import MIN_CHARACTERS, find_mojibake
from tests.places import LAWS

SIMPLIFIED = (
    "国家保护公民的合法权益，任何组织和个人不得侵犯。\n"
    "依照本法的规定，制定本条例，自公布之日起施行。\n"
)
TRADITIONAL = (
    "國家保護公民的合法權益，任何組織和個人不得侵犯。\n"
    "依照本法的規定，制定本條例，自公布之日起施行。\n"
)

MISREADINGS = [
    ("utf-8", "gbk", "UTF-8", "GBK"),
    ("utf-8", "gb18030", "UTF-8", "GBK"),
    ("utf-8", "latin-1", "UTF-8", "Latin-1"),
    ("utf-8", "cp1252", "UTF-8", "Latin-1"),
    ("utf-8", "big5hkscs", "UTF-8", "Big5"),
    ("gb18030", "latin-1", "GBK", "Latin-1"),
    ("gb18030", "cp1252", "GBK", "Latin-1"),
    ("gb18030", "big5", "GBK", "Big5"),
]


def misread(text: str, written: str, read: str) -> str:
    return text.encode(written, "ignore").decode(read, "replace")


@pytest.mark.parametrize(("written", "read", "written_in", "misread_as"), MISREADINGS)
def test_mojibake_is_refused_with_how_it_came_about(
    written: str, read: str, written_in: str, misread_as: str
) -> None:
    saved = "# 条例\n" + misread(SIMPLIFIED * 3, written, read)
    with pytest.raises(UndecidedEncoding) as caught:
        decode(saved.encode())
    assert f"{written_in} text that was opened as {misread_as}" in str(caught.value)
    assert f"open it as {written_in}" in str(caught.value)


def test_traditional_mojibake_is_named_too() -> None:
    for written, read in (("utf-8", "gbk"), ("big5", "gb18030"), ("big5", "latin-1")):
        found = find_mojibake(misread(TRADITIONAL, written, read))
        assert found is not None
        assert found.written_in == {"utf-8": "UTF-8", "big5": "Big5"}[written]


def test_the_first_bad_line_is_told_with_what_it_meant() -> None:
    text = SIMPLIFIED + misread("中华人民共和国宪法", "utf-8", "gb18030") + "\n" + SIMPLIFIED
    found = find_mojibake(text)
    assert found is not None
    assert (found.number, found.shown[:3], found.meant[:8]) == (3, "涓崕浜", "中华人民共和国宪")


def test_the_message_is_chinese_then_english_and_nothing_is_repaired() -> None:
    found = find_mojibake(misread(SIMPLIFIED, "utf-8", "gbk"))
    assert found is not None
    chinese, _, english = found.reason().partition(" / ")
    assert "乱码" in chinese
    assert "not repaired by guess" in english


@pytest.mark.parametrize(
    "text",
    [
        SIMPLIFIED,
        TRADITIONAL,
        "Événement à l’école où œuvrèrent de naïfs élèves déçus, en été à Orléans.",
        "Straßenverkehrsordnung: Fußgängerüberwege, Öl, Übermaß, äußerst gefährlich.",
        "þjóðarþing Íslands ákvað að breyta lögum um fiskveiðar og sjávarútveg.",
        "Điều 1. Phạm vi điều chỉnh của luật này được quy định như sau.",
        "Сколько стоит это, пожалуйста? Все люди рождаются свободными и равными.",
        "日本国民は、正当に選挙された国会における代表者を通じて行動し、ありがとうございます",
        "ありがとうございます、こんにちは",
        "대한민국의 주권은 국민에게 있고, 모든 권력은 국민으로부터 나온다.",
        "Ελλάδα είναι μια χώρα στη νοτιοανατολική Ευρώπη αβγδεζηθικλμ",
        "".join(map(chr, range(0x20000, 0x20200))),
        "𠀀𠮷𡈽𤭢𩸽𨋢𠺌𠱁 龘䶮㙓㵘𠔻𡿨燚焱燊驫麤鑫淼",
        "😀😁😂🤣😃😄😅😆🎉🎊👨‍👩‍👧‍👦🏳️‍🌈",
        "饕餮魑魅魍魉耄耋踟蹰彳亍缜镡镢镥镦镧镨镩镪镫罅舐",
        "①②③④⑤⑥⑦⑧⑨⑩ⅠⅡⅢⅣⅤ┌──┬──┐│名│值│├──┼──┤●●●●㈠㈡㈢㈣",
        "".join(map(chr, range(0xA1, 0x180))),
        "例如把“中国”存成“涓浗”，就是常说的乱码；这份说明教人怎样避免它。",
    ],
)
def test_what_is_rare_but_right_is_no_mojibake(text: str) -> None:
    assert find_mojibake(text) is None


def test_short_lines_are_no_evidence() -> None:
    assert find_mojibake("鍏充簬\n" * 100) is None
    assert len("鍏充簬") < MIN_CHARACTERS


@pytest.mark.parametrize("lost", ["\ufffd", "锟斤拷"])
def test_lost_characters_are_counted_and_many_are_refused(lost: str) -> None:
    _, receipt = decode_clean((SIMPLIFIED * 5 + lost).encode())
    assert len(receipt.notes) == 1
    assert receipt.notes[0].startswith("1 处字符")
    with pytest.raises(UndecidedEncoding, match="lost before this file was saved"):
        decode((SIMPLIFIED + lost * 5).encode())
    assert decode_clean(SIMPLIFIED.encode())[1].notes == ()


def test_private_use_is_told_in_words() -> None:
    _, receipt = decode_clean((SIMPLIFIED * 3 + "\ue000").encode("gb18030"))
    assert receipt.private_use == 1
    assert "1 个自造字" in receipt.notes[0]


def test_a_line_of_millions_of_rare_characters_takes_no_time_to_speak_of() -> None:
    assert find_mojibake("𠀀𠮷𡈽𤭢" * 1_000_000) is None


@pytest.mark.bench
def test_no_law_is_mojibake_and_every_misread_law_is() -> None:
    if not LAWS.is_dir():
        pytest.skip("the laws are missing (set JUDIAN_SHARED)")
    laws = [path.read_text("utf-8") for path in sorted(LAWS.rglob("*.md"))]
    laws = [law for law in laws if not law.isascii()]
    convert = opencc.OpenCC("s2t").convert
    assert not any(map(find_mojibake, laws))
    assert not any(find_mojibake(convert(law)) for law in laws)
    for written, read, written_in, misread_as in MISREADINGS:
        for law in laws[::4]:
            found = find_mojibake(misread(law, written, read))
            assert found is not None
            assert (found.written_in, found.misread_as) == (written_in, misread_as)
