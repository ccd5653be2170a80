from __future__ import annotations

import random

import opencc
import pytest
from hypothesis import given, strategies as st

from corpus.errors import UndecidedEncoding, UnreadableSource
from corpus.text.encoding import decode
from tests.places import SHARED

SIMPLIFIED = (
    "关于进一步加强数据安全管理工作的通知\n各有关单位：为了规范数据处理活动，保障数据安全，"
    "促进数据开发利用，保护个人、组织的合法权益，现就有关事项通知如下。\n一、各单位应当在三十日内"
    "完成自查，并将结果报送主管部门；逾期不报的，依照规定处理。朱镕基总理签署了国发〔2023〕15号文件。\n"
)
TRADITIONAL = (
    "關於進一步加強資料安全管理工作的通知\n各有關單位：為了規範資料處理活動，保障資料安全，"
    "促進資料開發利用，保護個人、組織的合法權益，現就有關事項通知如下。\n一、各單位應當在三十日內"
    "完成自查，並將結果報送主管部門；逾期不報的，依照規定處理。\n"
)
ENGLISH = "Every unit shall report within thirty days.\nLate reports are handled by rule 7.\n"
HONG_KONG = (
    "香港喺度嘅嘢，佢哋唔係咁諗㗎。𨋢門、埗頭、咗、啲、嗰、冚唪唥。\n"  # HKSCS alone has some
)
RARE = "𠀀𠮷𡈽𤭢㐀㑇䶮 鿏ǹ€ 😀"  # four bytes each in GB18030, but for two
LAWS = SHARED / "data" / "laws"


@pytest.mark.parametrize(
    ("text", "encoding", "named"),
    [
        (SIMPLIFIED, "utf-8", "utf-8"),
        (SIMPLIFIED, "gb18030", "gb18030"),
        (SIMPLIFIED, "gbk", "gb18030"),
        (TRADITIONAL, "gb18030", "gb18030"),
        (TRADITIONAL, "big5", "big5"),
        (TRADITIONAL + "香港喺度", "big5hkscs", "big5hkscs"),
        (TRADITIONAL + "①②③", "big5hkscs", "big5hkscs"),
        (SIMPLIFIED, "utf-16-le", "utf-16-le"),
        (SIMPLIFIED, "utf-16-be", "utf-16-be"),
        (TRADITIONAL, "utf-16-be", "utf-16-be"),
        (ENGLISH, "utf-16-le", "utf-16-le"),
        (ENGLISH, "utf-16-be", "utf-16-be"),
        (SIMPLIFIED, "utf-32-le", "utf-32-le"),
        (SIMPLIFIED, "utf-32-be", "utf-32-be"),
        (ENGLISH, "utf-32-be", "utf-32-be"),
        ("规定", "utf-32-le", "utf-32-le"),
        ("第三条 不得违反。", "utf-32-be", "utf-32-be"),
        ("第三条 不得违反。", "utf-16-le", "utf-16-le"),
        ("第三条 不得违反。", "gb18030", "gb18030"),
        ("本法自公布之日起施行。", "gb18030", "gb18030"),
        ("本法自公布之日起施行。", "big5", "big5"),
        (HONG_KONG, "big5hkscs", "big5hkscs"),
        (TRADITIONAL + HONG_KONG, "big5hkscs", "big5hkscs"),
        (SIMPLIFIED + RARE, "gb18030", "gb18030"),
        (RARE, "gb18030", "gb18030"),
        (RARE, "utf-16-be", "utf-16-be"),
        ("😀😀 好", "gb18030", "gb18030"),
        (ENGLISH, "ascii", "utf-8"),
        ("café", "utf-8", "utf-8"),
        ("中", "utf-8", "utf-8"),
    ],
)
def test_names_the_encoding_and_returns_the_text(text: str, encoding: str, named: str) -> None:
    decoded = decode(text.encode(encoding))
    assert (decoded.encoding, decoded.text) == (named, text)
    assert 0.8 <= decoded.confidence <= 1.0


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "gb18030"]
)
def test_a_byte_order_mark_decides_and_is_no_text(encoding: str) -> None:
    decoded = decode("\ufeff条例".encode(encoding))
    assert (decoded.text, decoded.encoding, decoded.confidence) == ("条例", encoding, 1.0)


def test_big5_is_not_read_as_gb18030_though_it_could_be() -> None:
    data = TRADITIONAL.encode("big5")
    assert data.decode("gb18030") != TRADITIONAL  # legal, and nonsense
    assert decode(data).runner_up == "gb18030"


def test_a_rare_name_survives_and_private_use_is_counted() -> None:
    text = SIMPLIFIED * 3 + "\ue000"
    decoded = decode(text.encode("gb18030"))
    assert (decoded.text, decoded.private_use) == (text, 1)


@pytest.mark.parametrize(
    "data",
    [
        "中".encode("gb18030"),  # two bytes are no evidence
        "价格±3".encode("gb18030")[:4],
        "да".encode(),  # these bytes are 写邪 in GB18030
        SIMPLIFIED.encode("gb18030") + b"\xff\xff",
        b"\xef\xbb\xbf" + SIMPLIFIED.encode("gb18030"),
        b"\xff\xfe\x00\xd8\x00\x4e",  # half a surrogate pair
        ENGLISH.encode() + b"\x00\x00",
        b"\x1b$B4A;z\x1b(B ISO-2022-JP",
        b"abc\x01\x02\x03\x04",
        ("\ue000\ue001" * 20 + SIMPLIFIED).encode("gb18030"),
        ("\ue000\ue001" * 20).encode(),
        bytes(random.Random(1).randrange(0x81, 0xFE) for _ in range(2000)),
    ],
)
def test_refuses_what_is_not_certain_and_says_why_in_both_languages(data: bytes) -> None:
    with pytest.raises(UndecidedEncoding) as caught:
        decode(data)
    chinese, _, english = str(caught.value).partition(" / ")
    assert any("\u4e00" <= character <= "\u9fff" for character in chinese)
    assert english.strip()


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("대한민국의 주권은 국민에게 있고, 모든 권력은 국민으로부터 나온다.\n" * 3, "euc_kr"),
        ("日本国民は、正当に選挙された国会における代表者を通じて行動し、", "euc_jp"),
        ("日本国民は、正当に選挙された国会における代表者を通じて行動し、", "shift_jis"),
        ("Don’t be late – it isn’t “allowed”, and they’re strict.", "cp1252"),
    ],
)
def test_other_languages_in_their_own_encodings_are_not_taken_for_chinese(
    text: str, encoding: str
) -> None:
    with pytest.raises(UndecidedEncoding, match=encoding):
        decode(text.encode(encoding))


@pytest.mark.parametrize(
    ("main", "line", "found"),
    [
        (SIMPLIFIED.encode("gb18030") * 9, TRADITIONAL.encode("big5"), "big5"),
        (SIMPLIFIED.encode("gb18030") * 9, "第二章总则的规定\n".encode(), "utf-8"),
    ],
)
def test_a_line_in_another_encoding_is_found_and_named(
    main: bytes, line: bytes, found: str
) -> None:
    with pytest.raises(UndecidedEncoding, match=rf"byte {len(main)}\) is {found}"):
        decode(main + line + main)


@pytest.mark.parametrize("odd", [b"", b"a"])
@pytest.mark.parametrize(
    ("first", "second", "main"),
    [
        ("utf-8", "gb18030", "utf-8"),
        ("gb18030", "utf-8", "gb18030"),
        ("big5", "utf-8", "big5"),
        ("utf-8", "big5", "utf-8"),
        ("big5", "gb18030", "big5"),
    ],
)
def test_a_mixture_names_its_two_encodings_and_no_other(
    first: str, second: str, main: str, odd: bytes
) -> None:
    ours = TRADITIONAL.encode(first) * 3
    theirs = (TRADITIONAL if second == "big5" else SIMPLIFIED).encode(second)
    with pytest.raises(UndecidedEncoding) as caught:
        decode(ours + theirs + odd)
    said = str(caught.value)
    assert f"mostly {main}, but line 10 (from byte {len(ours)}) is {second}" in said
    assert "utf-16" not in said
    assert "0%" not in said


def test_a_file_cut_off_in_a_character_is_said_to_be() -> None:
    with pytest.raises(UndecidedEncoding, match="UTF-8 cut off in its last character"):
        decode(SIMPLIFIED.rstrip().encode()[:-1])


@pytest.mark.parametrize("word", ["第二章总则规定\n", SIMPLIFIED])
def test_utf8_that_breaks_gb18030_is_found_and_both_are_named(word: str) -> None:
    with pytest.raises(UndecidedEncoding, match=r"mostly gb18030, but line [45] .* is utf-8"):
        decode(SIMPLIFIED.encode("gb18030") + word.encode())


@pytest.mark.parametrize("encoding", ["cp1251", "koi8_r"])
def test_russian_in_a_code_page_is_refused(encoding: str) -> None:
    text = "Все люди рождаются свободными и равными в своём достоинстве и правах.\n"
    with pytest.raises(UndecidedEncoding):
        decode((text * 3).encode(encoding))


def test_where_nothing_fits_the_first_bad_byte_is_told() -> None:
    good = SIMPLIFIED.encode()
    with pytest.raises(UndecidedEncoding, match=f"utf-8 @{len(good)}"):
        decode(good + b"\xff\xff\n" + good)


@pytest.mark.parametrize("data", [b"", b"  \r\n\t ", b"\xef\xbb\xbf \n", b"\xff\xfe \x00"])
def test_empty_is_said_to_be_empty(data: bytes) -> None:
    with pytest.raises(UnreadableSource, match="empty"):
        decode(data)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7\n", "PDF"),
        (b"\x89PNG\r\n\x1a\n\x00", "PNG"),
        (b"PK\x03\x04....[Content_Types].xml....word/document.xml", r"Word \(.docx\)"),
        (b"PK\x03\x04 other", "ZIP"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "OLE"),
    ],
)
def test_binary_is_named(data: bytes, kind: str) -> None:
    with pytest.raises(UnreadableSource, match=kind):
        decode(data)


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Co", "Cs"))))
def test_utf8_with_a_chinese_word_comes_back_exactly(text: str) -> None:
    text = "规定" + text
    assert decode(text.encode()).text == text


@given(st.binary(max_size=300))
def test_any_bytes_are_read_exactly_or_refused(data: bytes) -> None:
    try:
        decoded = decode(data)
    except UnreadableSource:
        return
    again = decoded.text.encode(decoded.encoding)
    assert again in (data, data[-len(again) :])  # less a byte order mark


@given(st.integers(0, 40), st.sampled_from(["gb18030", "big5", "utf-16-le", "utf-16-be"]))
def test_a_long_file_without_line_breaks_is_decided_too(cut: int, encoding: str) -> None:
    text = TRADITIONAL.replace("\n", "")[cut:] * 3
    assert decode(text.encode(encoding)).encoding == encoding


def test_a_file_above_the_sample_size_is_read_whole() -> None:
    text = SIMPLIFIED * 6000 + "末尾"
    assert decode(text.encode("gb18030")).text == text


@pytest.fixture(scope="module")
def laws() -> list[str]:
    if not LAWS.is_dir():
        pytest.skip(f"the laws are missing: {LAWS.name} (set JUDIAN_SHARED)")
    texts = [path.read_text(encoding="utf-8") for path in sorted(LAWS.rglob("*.md"))]
    return [text for text in texts if not text.isascii()]


@pytest.fixture(scope="module", params=["s2t", "s2tw"])
def traditional_laws(laws: list[str], request: pytest.FixtureRequest) -> list[str]:
    converter = opencc.OpenCC(request.param)
    converted = [converter.convert(text) for text in laws]
    lacking = {c for c in set("".join(converted)) if not _in_big5(c)}
    table = str.maketrans(dict.fromkeys(lacking))
    return [text.translate(table) for text in converted]


def _in_big5(character: str) -> bool:
    try:
        character.encode("big5")
    except UnicodeEncodeError:
        return False
    return True


def _whole_and_cuts(texts: list[str], characters: int) -> list[str]:
    rng = random.Random(20231229)
    cuts: list[str] = []
    for text in texts:
        starts = [rng.randrange(max(1, len(text) - characters)) for _ in range(4)]
        cuts.extend(text[start : start + characters] for start in starts)
    return texts + cuts


@pytest.mark.bench
@pytest.mark.parametrize(
    "encoding", ["gb18030", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "utf-8"]
)
def test_every_law_and_its_cuts_round_trip(laws: list[str], encoding: str) -> None:
    for text in _whole_and_cuts(laws, 100):
        decoded = decode(text.encode(encoding))
        assert (decoded.encoding, decoded.text) == (encoding, text)


@pytest.mark.bench
def test_every_traditional_law_and_its_cuts_round_trip_in_big5(
    traditional_laws: list[str],
) -> None:
    for text in _whole_and_cuts(traditional_laws, 100):
        decoded = decode(text.encode("big5"))
        assert (decoded.encoding, decoded.text) == ("big5", text)


@pytest.mark.bench
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_marked_utf16_laws_round_trip(laws: list[str], encoding: str) -> None:
    for text in laws:
        decoded = decode(("\ufeff" + text).encode(encoding))
        assert (decoded.encoding, decoded.text) == (encoding, text)
