from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from corpus.tracking.citation_styles import csl_json, gbt7714, official
from corpus.types import Citation, DocumentFacts, Fact, Origin, Value

TODAY = date(2026, 3, 1)
NOTICE = Citation(
    "0123456789ab-ffffffffffff-10-15",
    "0123456789ab",
    "f" * 64,
    10,
    15,
    "应当公开。",
    ("三、工作要求",),
    None,
    "国务院关于加强数字政府建设的指导意见",
    "第三条第二款",
)
ISSUED: dict[str, Value] = {
    "number": "国发〔2022〕14号",
    "issuer": "国务院",
    "issued": "2022-06-06",
}


def facts_of(**metadata: Value) -> DocumentFacts:
    facts = {key: Fact(value, Origin.HEAD) for key, value in metadata.items()}
    return DocumentFacts("0123456789ab", "f" * 64, "题", "/题.txt", "text/plain", facts)


KNOWN, NOTHING = facts_of(**ISSUED), facts_of()


@pytest.mark.parametrize(
    ("change", "facts", "expected"),
    [
        ({}, KNOWN, "《国务院关于加强数字政府建设的指导意见》（国发〔2022〕14号）第三条第二款"),
        ({}, NOTHING, "《国务院关于加强数字政府建设的指导意见》第三条第二款"),
        (
            {"clause": "", "page": 7},
            KNOWN,
            "《国务院关于加强数字政府建设的指导意见》（国发〔2022〕14号）第7页",
        ),
        ({"page": 7, "title": "《民法典》"}, NOTHING, "《民法典》第三条第二款"),
        ({"clause": ""}, NOTHING, "《国务院关于加强数字政府建设的指导意见》"),
        (
            {"title": "关于修改《中华人民共和国立法法》的决定", "clause": "一"},
            NOTHING,
            "《关于修改〈中华人民共和国立法法〉的决定》一",
        ),
        ({"title": "《甲法》和《乙法》"}, NOTHING, "《〈甲法〉和〈乙法〉》第三条第二款"),
    ],
)
def test_official_form(change: dict[str, object], facts: DocumentFacts, expected: str) -> None:
    assert official(replace(NOTICE, **change), facts) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "facts", "expected"),
    [
        (
            {},
            KNOWN,
            "国务院. 国务院关于加强数字政府建设的指导意见: 国发〔2022〕14号[Z]."
            " (2022-06-06): 第三条第二款[2026-03-01].",
        ),
        ({}, NOTHING, "国务院关于加强数字政府建设的指导意见[Z]. 第三条第二款[2026-03-01]."),
        (
            {"title": "政府工作报告", "clause": "", "page": 12},
            facts_of(issuer=("国务院", "财政部"), issued="2025"),
            "国务院, 财政部. 政府工作报告[R]. (2025): 12[2026-03-01].",
        ),
        (
            {"title": "电子文件存储与交换格式 版式文档", "clause": "", "page": None},
            facts_of(number="GB/T 33190-2016"),
            "电子文件存储与交换格式 版式文档: GB/T 33190-2016[S]. [2026-03-01].",
        ),
    ],
)
def test_gbt_7714(change: dict[str, object], facts: DocumentFacts, expected: str) -> None:
    assert gbt7714(replace(NOTICE, **change), facts, TODAY) == expected  # type: ignore[arg-type]


def test_csl_json_of_a_notice() -> None:
    assert csl_json(NOTICE, KNOWN) == {
        "id": "0123456789ab-ffffffffffff-10-15",
        "type": "document",
        "title": "国务院关于加强数字政府建设的指导意见",
        "language": "zh-Hans",
        "authority": "国务院",
        "author": [{"literal": "国务院"}],
        "number": "国发〔2022〕14号",
        "issued": {"date-parts": [[2022, 6, 6]]},
        "section": "第三条第二款",
    }


def test_csl_json_of_a_scanned_law() -> None:
    law = replace(
        NOTICE, title="中華人民共和國勞動法", quote="勞動者應當完成勞動任務。", page=3, ocr=True
    )
    item = csl_json(law, facts_of(issuer="全国人民代表大会常务委员会", issued="1994年7月"))
    assert item == {
        "id": law.id,
        "type": "legislation",
        "title": "中華人民共和國勞動法",
        "language": "zh-Hant",
        "authority": "全国人民代表大会常务委员会",
        "issued": {"literal": "1994年7月"},
        "section": "第三条第二款",
        "page": "3",
        "note": "文字由图片识别。 / Recognised from a picture.",
    }
    assert json.loads(json.dumps(item)) == item


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("中华人民共和国公司法（2018年修正）", "legislation"),
        ("机动车驾驶证申领和使用规定（试行）(2021修订)", "legislation"),
        ("行政處罰程序條例", "legislation"),
        ("最高人民法院关于适用《中华人民共和国民法典》的解释", "legislation"),
        ("Labor Contract Law of the People's Republic of China", "legislation"),
        ("关于印发《工资支付暂行规定》的通知", "document"),
        ("国民经济核算方法", "document"),
        ("A lawful notice", "document"),
        ("联合国海洋法公约", "treaty"),
        ("2025年政府工作报告", "report"),
    ],
)
def test_kinds_of_documents(title: str, kind: str) -> None:
    assert csl_json(replace(NOTICE, title=title), NOTHING)["type"] == kind


def test_language_of_an_english_document() -> None:
    english = replace(NOTICE, title="Labor Law", quote="Workers shall be paid monthly.")
    assert csl_json(english, NOTHING)["language"] == "en"


@pytest.mark.parametrize(
    ("issued", "expected"),
    [
        ("2023-08-10", {"date-parts": [[2023, 8, 10]]}),
        ("2023-8", {"date-parts": [[2023, 8]]}),
        ("2023", {"date-parts": [[2023]]}),
        ("2023-13-01", {"literal": "2023-13-01"}),
        ("2023-02-30", {"literal": "2023-02-30"}),
        ("二〇二三年八月", {"literal": "二〇二三年八月"}),
    ],
)
def test_dates_that_are_none_stand_as_they_are(issued: str, expected: dict[str, object]) -> None:
    assert csl_json(NOTICE, facts_of(issued=issued))["issued"] == expected
