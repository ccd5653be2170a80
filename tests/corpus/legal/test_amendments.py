from __future__ import annotations

import pytest

from corpus.ingest import prepare
from corpus.legal.addresses import Address
from corpus.legal.amendments import Change, amendments
from corpus.legal.instruments import Instruments
from corpus.types import SourceFile


def changes(title: str, text: str) -> list[tuple[str, str, Change]]:
    made = prepare(SourceFile(f"upload:{title}.txt", f"{title}.txt", f"{title}\n{text}".encode()))
    found = amendments(title, made.paragraphs, Instruments([]))
    return [(one.address.name, _numbers(one.address), one.change) for one in found]


def _numbers(address: Address) -> str:
    return "".join(str(step.number) for step in address.steps)


DECISION = "云溪县人民政府关于修改《云溪县骑行办法》的决定"


@pytest.mark.parametrize(
    ("told", "clause", "change"),
    [
        ("一、将第五条修改为：“骑行第九条以外的车辆，应当登记。”", "5", Change.AMENDED),
        ("二、第八条第二款修改为：“不得载人。”", "82", Change.AMENDED),
        ("三、删去第十二条。", "12", Change.REPEALED),
        ("四、第十三条同时废止。", "13", Change.REPEALED),
        ("五、第十四条停止执行。", "14", Change.REPEALED),
    ],
)
def test_a_decision_changes_the_clauses_of_the_law_in_its_title(
    told: str, clause: str, change: Change
) -> None:
    assert changes(DECISION, told) == [("云溪县骑行办法", clause, change)]


def test_another_text_names_the_law_whose_clause_it_ends() -> None:
    told = "本办法自公布之日起施行。《云溪县骑行办法》第三条、第七条同时废止。"
    assert changes("云溪县道路办法", told) == [
        ("云溪县骑行办法", "3", Change.REPEALED),
        ("云溪县骑行办法", "7", Change.REPEALED),
    ]


@pytest.mark.parametrize(
    "told",
    [
        "违反《云溪县骑行办法》第三条规定的，处五十元罚款。",
        "《云溪县骑行办法》第三条不废止。",
        "根据《云溪县骑行办法》第三条，制定本办法。",
        "将本办法第三条修改为：“骑行应当佩戴头盔。”",
    ],
)
def test_what_only_names_a_clause_changes_none(told: str) -> None:
    assert changes("云溪县道路办法", told) == []
