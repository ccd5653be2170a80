from __future__ import annotations

import pytest

from corpus.legal.hierarchy import Level, level_of
from corpus.types import DocumentFacts, Fact, Origin


@pytest.mark.parametrize(
    ("title", "issuer", "number", "level"),
    [
        ("中华人民共和国宪法", "", "", Level.CONSTITUTION),
        ("中华人民共和国劳动合同法", "", "", Level.LAW),
        ("中华人民共和国民法典", "全国人民代表大会", "", Level.LAW),
        ("中华人民共和国商标法 第六十四条", "", "", Level.LAW),
        ("关于加强网络信息保护的决定", "全国人民代表大会常务委员会", "", Level.LAW),
        ("工伤保险条例", "国务院", "国务院令第586号", Level.REGULATION),
        ("中华人民共和国劳动合同法实施条例", "", "", Level.REGULATION),
        ("企业职工患病医疗期规定", "劳动部", "劳动部令第3号", Level.RULE),
        ("云岭市消费者权益保护条例", "云岭市人民代表大会常务委员会", "", Level.RULE),
        ("关于开展检查的通知", "县教育局", "云教发〔2024〕7号", Level.DOCUMENT),
        ("云溪县河道采砂管理办法", "", "", None),
        ("会议纪要", "", "", None),
    ],
)
def test_title_issuer_and_number_tell_the_level(
    title: str, issuer: str, number: str, level: Level | None
) -> None:
    said = {"issuer": issuer, "number": number}
    facts = {key: Fact(value, Origin.HEAD) for key, value in said.items() if value}
    assert level_of(DocumentFacts("d", "r", title, "s", "text/plain", facts)) == level
