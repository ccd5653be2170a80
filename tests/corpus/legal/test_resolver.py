"""From an address in any spelling to its clause, or to why there is none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, strategies as st

from corpus.errors import BadAddress
from corpus.ingest import prepare
from corpus.legal.addresses import find_addresses, parse_address
from corpus.legal.clauses import Clauses, chinese
from corpus.legal.instruments import Instruments
from corpus.legal.resolver import Resolution, ResolutionState, resolve
from corpus.messages.message import said
from corpus.text.script import fold
from corpus.types import DocumentFacts, SourceFile

LAW = """中华人民共和国读书法
（2018年10月26日通过）
第一章 总则
第一条 为了读书，制定本法。
第二条 国家鼓励读书。
学校组织读书。
读书的形式有下列几种：
（一）默读；
（二）朗读，包括：
1. 独自朗读；
2. 齐声朗读；
（三）其他形式。
第二条之一 书应当好。
第二章 附则
第三条 本法自2019年1月1日起施行。
附件1
读书清单
"""
NOTICE = """某厅关于读书的通知
读发〔2023〕15号
各单位：
一、总体要求
（一）指导思想。坚持读书。
（二）基本原则。
1. 坚持爱读书。
2. 坚持读好书。
二、主要任务
（一）开展活动。每年三十场。
"""
OLD = "中华人民共和国唱歌法\n（2008年10月26日通过）\n第一条 唱歌。\n第二条 唱老歌。\n"
NEW = "中华人民共和国唱歌法\n（2008年10月26日通过 2020年5月1日修订）\n第一条 唱新歌。\n"


class Shelf:
    """A few documents, resolved against without a library."""

    def __init__(self, **texts: str) -> None:
        files = {k: SourceFile(f"/{k}.txt", f"{k}.txt", t.encode()) for k, t in texts.items()}
        self.documents = {key: prepare(file, identity=key) for key, file in files.items()}
        self.instruments = Instruments(
            [
                DocumentFacts(d.id, d.revision, d.title, d.source, d.media_type, d.metadata)
                for d in (new.document for new in self.documents.values())
            ]
        )

    def clauses(self, key: str) -> Clauses:
        return Clauses(key, self.documents[key].paragraphs)

    def resolve(self, text: str, day: str = "2026-01-01", within: str | None = None) -> Resolution:
        address = parse_address(text, self.instruments)
        return resolve(address, self.instruments, self.clauses, date.fromisoformat(day), within)

    def text(self, text: str, day: str = "2026-01-01", within: str | None = None) -> str:
        """The text of the one clause, its label ahead."""
        found = self.resolve(text, day, within)
        assert found.state is ResolutionState.FOUND, found.reason
        (clause,) = found.clauses
        whole = self.documents[clause.document_id].document.text[clause.start : clause.end]
        label = self.clauses(clause.document_id).name(clause.start, clause.end)
        return f"{label}|{whole}"


SHELF = Shelf(law=LAW, notice=NOTICE, old=OLD, new=NEW)
SECOND = LAW[LAW.index("第二条 ") : LAW.index("第二条之一") - 1]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("读书法第一条", "第一条|第一条 为了读书，制定本法。"),
        ("《中华人民共和国读书法》第1条", "第一条|第一条 为了读书，制定本法。"),
        ("讀書法 第 １ 條", "第一条|第一条 为了读书，制定本法。"),
        ("读书法1条", "第一条|第一条 为了读书，制定本法。"),
        ("读书法第一条第一款", "第一条|第一条 为了读书，制定本法。"),
        ("读书法第二条", f"第二条|{SECOND}"),
        ("读书法第二条第二款", "第二条第二款|学校组织读书。"),
        ("读书法第2条第1款", "第二条第一款|第二条 国家鼓励读书。"),
        ("读书法2条二款", "第二条第二款|学校组织读书。"),
        (
            "读书法第二条三款二项",
            "第二条第三款第二项|（二）朗读，包括：\n1. 独自朗读；\n2. 齐声朗读；",
        ),
        ("读书法第二条第三款第一项", "第二条第三款第一项|（一）默读；"),
        ("读书法第二条第（一）项", "第二条第三款第一项|（一）默读；"),
        ("读书法第二条第二项第2目", "第二条第三款第二项第二目|2. 齐声朗读；"),
        ("读书法第二条之一", "第二条之一|第二条之一 书应当好。"),
        ("读书法第2条之1", "第二条之一|第二条之一 书应当好。"),
        ("读书法第一章第二条第二款", "第二条第二款|学校组织读书。"),
        ("读书法第二章", "第二章|第二章 附则\n第三条 本法自2019年1月1日起施行。"),
        ("读书法附件1", "附件一|附件1\n读书清单"),
        ("《某厅关于读书的通知》二（一）", "第二部分第（一）项|（一）开展活动。每年三十场。"),
        ("读发〔2023〕15号第一部分第（二）项第1目", "第一部分第（二）项第1目|1. 坚持爱读书。"),
        ("读发[2023] 15 号一（二）2", "第一部分第（二）项第2目|2. 坚持读好书。"),
        ("某厅关于读书的通知第二条第一项", "第二部分第（一）项|（一）开展活动。每年三十场。"),
        ("唱歌法第一条", "第一条|第一条 唱新歌。"),
        ("唱歌法（2008年）第二条", "第二条|第二条 唱老歌。"),
    ],
)
def test_addresses(address: str, expected: str) -> None:
    assert SHELF.text(address) == expected


@pytest.mark.parametrize(
    "address", ["读书法第一条至第二条", "读书法第1-2条", "读书法第一至二条", "读书法第一条至二条"]
)
def test_a_range_is_one_stretch_of_text(address: str) -> None:
    text = SHELF.text(address)
    assert text == f"第一条至第二条|第一条 为了读书，制定本法。\n{SECOND}"


def test_words_of_a_picture_are_named_by_their_own_number_only() -> None:
    """Recognition may overlook 第二条: what follows must not pass for a part of 第一条."""
    new = SHELF.documents["law"]
    seen = [replace(one, ocr=True) for one in new.paragraphs]
    clauses = Clauses("law", seen)
    named = {one.text: clauses.name(one.start, one.end) for one in seen}
    assert named["（一）默读；"] == "第二条第三款第一项"
    assert named["学校组织读书。"] == ""
    assert named["第一条 为了读书，制定本法。"] == "第一条"


def test_the_rows_of_a_table_are_no_paragraphs_of_an_article() -> None:
    rows = "项目：书费；标准／下限：5；标准／上限：30\n项目：证费；标准／下限：1；标准／上限：2"
    lines = [
        "中华人民共和国收费法",
        "第一条 收费如下：",
        "（一）书费；",
        *rows.split("\n"),
        "另有规定的除外。",
    ]
    shelf = Shelf(a="\n".join([*lines, "第二条 本法自2020年1月1日起施行。"]))
    assert shelf.text("收费法第一条第二款") == "第一条第二款|另有规定的除外。"
    assert shelf.text("收费法第一条第一项").startswith(
        "第一条第一款第一项|（一）书费；\n项目：书费"
    )


def test_a_dash_to_a_smaller_number_is_a_branch_as_taiwan_writes_it() -> None:
    assert SHELF.text("读书法第2-1条") == "第二条之一|第二条之一 书应当好。"


def test_the_version_of_the_day_is_meant() -> None:
    assert SHELF.text("唱歌法第一条", "2019-01-01") == "第一条|第一条 唱歌。"
    assert SHELF.text("本法第二条", within="old") == "第二条|第二条 唱老歌。"


@pytest.mark.parametrize(
    ("address", "state", "words"),
    [
        ("读书法第九条", ResolutionState.CLAUSE_DOES_NOT_EXIST, "末条为第三条"),
        ("读书法第二条第四款", ResolutionState.CLAUSE_DOES_NOT_EXIST, "第二条共3款"),
        ("读书法第二条第九项", ResolutionState.CLAUSE_DOES_NOT_EXIST, "第二条共3项"),
        ("读书法第二条之二", ResolutionState.CLAUSE_DOES_NOT_EXIST, "没有第二条之二"),
        ("唱歌法第二条", ResolutionState.CLAUSE_DOES_NOT_EXIST, "末条为第一条"),
        ("《看书法》第一条", ResolutionState.NO_SUCH_LAW, "《中华人民共和国读书法》"),
        ("第一条", ResolutionState.NO_SUCH_LAW, "请写明是哪部法规"),
    ],
)
def test_what_is_not_there_is_said_with_how_far_it_goes(
    address: str, state: ResolutionState, words: str
) -> None:
    found = SHELF.resolve(address)
    assert (found.state, found.clauses) == (state, ())
    assert words in found.reason


@pytest.mark.parametrize(
    ("address", "zh", "en"),
    [
        (
            "读书法第二条第九项",
            "《中华人民共和国读书法》没有第二条第九项（第二条共3项）。",
            "《中华人民共和国读书法》 has no 第二条第九项 (items (项) of 第二条: 3).",
        ),
        (
            "读书法第九条",
            "《中华人民共和国读书法》没有第九条（末条为第三条）。",
            "《中华人民共和国读书法》 has no 第九条 (its last article is 第三条).",
        ),
    ],
)
def test_how_far_a_law_goes_is_said_in_one_language(address: str, zh: str, en: str) -> None:
    reason = SHELF.resolve(address).reason
    assert (said(reason, "zh"), said(reason, "en")) == (zh, en)


@pytest.mark.parametrize("text", ["", "读书法", "读书法好吗", "第条", "《》", "三十二"])
def test_what_is_no_address_is_told_with_an_example(text: str) -> None:
    with pytest.raises(BadAddress, match=r"第三十九条|第1084条"):
        parse_address(text, SHELF.instruments)


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("读书法第一条和第二条第二款说了什么？", ["读书法第一条", "第二条第二款"]),
        ("违反读书法第二条的，依照唱歌法第一条处理吗", ["读书法第二条", "唱歌法第一条"]),
        ("这里有三条意见，见第二版", []),
        ("第一条意见是什么", ["第一条"]),
    ],
)
def test_addresses_in_a_question(question: str, named: list[str]) -> None:
    found = find_addresses(question, SHELF.instruments)
    assert [question[one.start : one.end] for one in found] == named


STEP = st.tuples(st.integers(1, 1500), st.integers(1, 9), st.integers(1, 20))


@given(STEP, st.sampled_from(["读书法", "《读书法》", "中华人民共和国读书法"]), st.booleans())
def test_an_address_is_read_as_it_was_written(
    numbers: tuple[int, int, int], name: str, arabic: bool
) -> None:
    written = [str(one) if arabic else chinese(one) for one in numbers]
    text = f"{name}第{written[0]}条第{written[1]}款第{written[2]}项"
    address = parse_address(text, SHELF.instruments)
    assert fold(address.name) in name
    assert [(one.kind, one.number) for one in address.steps] == list(
        zip("条款项", numbers, strict=True)
    )


@given(
    st.lists(
        st.lists(st.text("读书好的应当", min_size=3, max_size=9), min_size=1, max_size=3),
        min_size=1,
        max_size=9,
    )
)
def test_every_clause_of_a_document_resolves_to_its_own_text(articles: list[list[str]]) -> None:
    lines = ["中华人民共和国试验法"]
    expected: dict[str, str] = {}
    for number, paragraphs in enumerate(articles, 1):
        first, *more = (f"{words}。" for words in paragraphs)
        own = [f"第{chinese(number)}条 {first}", *more]
        expected[f"试验法第{number}条"] = "\n".join(own)
        expected |= {f"试验法第{number}条第{at}款": text for at, text in enumerate(own, 1)}
        lines.extend(own)
    shelf = Shelf(a="\n".join(lines))
    for address, text in expected.items():
        assert shelf.text(address).split("|", 1)[1] == text


@pytest.mark.parametrize("unit", ["第", "第一条", "《", "（", "一", "第一条至", "附件", "法第1"])
def test_a_long_line_of_pieces_of_addresses_is_read_in_reasonable_time(unit: str) -> None:
    find_addresses(unit * 1500, SHELF.instruments)


def test_every_article_up_to_1300_is_found_however_its_heading_is_written() -> None:
    """P3: 千, 〇, full-width digits, spaces inside and 條; P4: all of them say the same."""
    wide = str.maketrans("0123456789", "０１２３４５６７８９")

    def heading(number: int) -> str:
        written = chinese(number)
        spaced = f"第 {' '.join(written)} 条"
        forms = (
            f"第{written}条",
            f"第{written.replace('零', '〇')}條",
            f"第{str(number).translate(wide)}条",
            spaced,
        )
        return forms[number % len(forms)]

    lines = [f"{heading(number)} 应当读书。" for number in range(1, 1301)]
    shelf = Shelf(a="\n".join(["中华人民共和国长法", *lines]))
    clauses = shelf.clauses("a")
    text = shelf.documents["a"].document.text
    for number, line in enumerate(lines, 1):
        (clause,) = clauses.find(parse_address(f"长法第{number}条", shelf.instruments).steps)
        assert text[clause.start : clause.end] == line


def test_a_list_in_a_speech_has_no_parts_and_a_part_ends_with_its_section() -> None:
    speech = """学习会议精神摘要
2023年的七项任务
1 坚定不移加强领导
2 坚持不懈铸魂育人
3 持续办好基础教育
教育数字化
重点做好大数据中心建设和有效公共服务两件事。这是今年的工作。
"""
    notice = """关于读书的通知
一、活动时间为四月。
二、每校组织三场活动。
请各校认真落实，并于月底以前报送总结。
"""
    shelf = Shelf(speech=speech, notice=notice)
    for key in ("speech", "notice"):
        clauses = shelf.clauses(key)
        last = shelf.documents[key].paragraphs[-1]
        assert clauses.name(last.start, last.end) == ""
    assert list(shelf.clauses("speech")) == []
    assert shelf.text("《关于读书的通知》第二部分") == "第二部分|二、每校组织三场活动。"


def test_a_signature_is_no_paragraph_of_the_last_article() -> None:
    text = "读书管理办法\n第一条 读书。\n第二条 自公布之日起施行。\n某市教育局\n2023年3月1日\n"
    shelf = Shelf(a=text)
    assert shelf.text("读书管理办法第二条") == "第二条|第二条 自公布之日起施行。"
    assert shelf.resolve("读书管理办法第二条第二款").clauses == ()
