from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from lxml import etree

from eval.comparison.comparing import EVERYTHING, compare
from eval.errors import BadRun
from eval.judges import same_kind
from eval.reports.formatting import clean, cut, signed
from eval.reports.html_report import POLICY, report_html
from eval.reports.per_question import MOST_QUESTIONS
from eval.reports.sums import slices
from eval.runs.summary import summary
from eval.types import Judgement, Run
from tests.eval.report_doubles import Page, abstaining, answer, citation, record, run_of

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</style></title><iframe src=//x>",
    "a\x00b\x1b[2J\x7f\u202e\ud800\ufffe",
    "&lt;b&gt; ]]> <!-- -->",
    "=cmd|' /C calc'!A0",
    "{{ 7 * 7 }}{% raw %}{# none #}",
]
RIGHT = {"contains_all": 1.0, "contains_all_folded": 1.0, "hit@10": 1.0, "decision_right": 1.0}
WRONG = {"contains_all": 0.0, "contains_all_folded": 0.0, "hit@10": 0.0, "decision_right": 1.0}
ASKED = {"kind": "who", "musts": ("甲", "乙"), "gold_quotes": ("甲主持",), "answers": ("甲主持",)}


def a_run(values: Mapping[str, float] = RIGHT, n: int = 6) -> Run:
    records = [record(f"q{at}", answer(), values, ASKED) for at in range(n)]
    none = record("none", abstaining(), {"decision_right": 1.0}, {"unanswerable": True})
    return run_of([*records, none], [10.0] * n)


def everywhere(word: str, run_id: str = "run") -> str:
    """Return a report in which every text of the data is the same."""
    cited = citation(word, word, title=word, path=[word, word], clause=word)
    told = answer(
        f"{word}[^1]",
        claims=[{"text": word, "start": 0, "end": 1, "citations": [0], "short": None}],
        verdicts=[{"claim": 0, "label": word, "support": 0.5, "reasons": [word]}],
        citations=[cited],
        notes=[{"kind": word, "message": word, "claims": []}],
        withheld=[
            {"text": word, "citations": [cited], "label": word, "support": 0, "reasons": [word]}
        ],
    )
    declined = abstaining() | {"abstention": {"reason": word, "message": word}}
    asked = {"text": word, "kind": word, "tags": (word,), "musts": (word,), "answers": (word,)}
    asked |= {"gold_quotes": (word,), "forbidden": (word,)}
    extra: dict[str, Any] = {
        "missing": (word,),
        "uncited": (word,),
        "nowhere": (word,),
        "hits": ((word, 0.5),),
        "ranking": (word,),
        "judgements": (Judgement(0, word, 0.5, (word,), (False,)),),
    }
    records = [
        record(f"{word}1", told, WRONG, asked, **extra),
        record(f"{word}2", declined, WRONG, asked, **extra),
        record(f"{word}3", None, WRONG, asked, error=word),
    ]
    run = run_of(records, [1.0], [word], judge=word, verifier="x")
    run = replace(
        run,
        header=replace(
            run.header,
            set_name=word,
            index_version=word,
            program_version=word,
            settings=dict(run.header.settings) | {word: word},
        ),
    )
    better = [replace(each, values=dict(each.values) | RIGHT) for each in records]
    baseline = replace(run, records=tuple(better), header=replace(run.header, index_version="v0"))
    return report_html(
        run_id,
        run,
        baseline=(word, baseline),
        agreements=[{"judge": word, "n": word, "accuracy": 0.5, "kappa": None}],
        around=lambda _: (word, word),
    )


@pytest.mark.parametrize("word", HOSTILE)
def test_whatever_the_data_says_the_page_is_built_alike(word: str) -> None:
    page, plain = Page(everywhere(word, word)), Page(everywhere("字", "字"))
    assert page.shape == plain.shape
    told = clean(word)
    assert told in page.text
    assert not [name for _, each in page.elements for name in each if name.startswith("on")]
    odd = {each for each in everywhere(word) if not each.isprintable()} - set("\n\t\u3000")
    assert not odd
    everywhere(word).encode()


def test_control_characters_are_shown_and_not_obeyed() -> None:
    assert clean("a\x00\x1b\x7f\x85\r\nb\tc") == "a␀␛␡�\nb\tc"
    assert clean("\u202eabc\u2066\ud800\ufffe\U0001ffff") == "�abc����"
    assert clean("中文 English 😀 e\u0301\u200d") == "中文 English 😀 e\u0301\u200d"


def test_what_is_too_long_is_cut_and_counted() -> None:
    assert cut("甲<" * 5, longest=3) == "甲<甲…… 〔略 7 字，7 more characters〕"


def test_the_page_needs_nothing_else() -> None:
    html = report_html("run", a_run(WRONG), baseline=("old", a_run()))
    page = Page(html)
    policies = [e["content"] for e in page.all("meta") if e.get("http-equiv")]
    assert policies == [POLICY] == ["default-src 'none'; style-src 'unsafe-inline'; img-src data:"]
    assert not {"script", "link", "img", "iframe", "object", "base"} & {n for n, _ in page.elements}
    assert not re.search(r"https?:|url\(|@import|<style[^>]+>", html)
    assert not [each for _, each in page.elements if "style" in each or "src" in each]
    assert page.all("html") == [{"lang": "zh"}]
    assert "prefers-color-scheme: dark" in html
    assert "@media print" in html


def test_links_lead_somewhere_and_ids_are_one_each() -> None:
    html = report_html("run", a_run(WRONG), baseline=("old", a_run()))
    page = Page(html)
    ids = [each["id"] for _, each in page.elements if "id" in each]
    assert len(ids) == len(set(ids))
    assert {each["href"] for each in page.all("a")} <= {f"#{each}" for each in ids}
    for _, each in page.elements:
        assert set(each.get("aria-labelledby", "").split()) <= set(ids)
    for svg in re.findall(r"<svg.*?</svg>", html, re.DOTALL):
        etree.fromstring(svg)


def test_headings_go_down_one_level_at_a_time() -> None:
    page = Page(report_html("run", a_run(WRONG), baseline=("old", a_run())))
    levels = [int(name[1]) for name, _ in page.elements if re.fullmatch("h[1-6]", name)]
    assert levels[0] == 1
    assert set(levels) == {1, 2, 3}
    assert all(below <= above + 1 for above, below in pairwise(levels))


def rows_of(html: str) -> dict[str, list[str]]:
    """Return the cells of the rows that carry a measure's name."""
    found: dict[str, list[str]] = {}
    for row in re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL):
        named = re.match(r'<th scope="row">.*?<code>([^<]*)</code>', row)
        if named:
            cells = re.findall(r"<td>(.*?)</td>", row, re.DOTALL)
            found.setdefault(named[1], [re.sub("<[^>]*>", "", each) for each in cells])
    return found


def test_numbers_are_those_of_the_summary() -> None:
    run = a_run(WRONG | {"groundedness": 1 / 3, "partial_rate": 2 / 3})
    told, rows = summary(run), rows_of(report_html("run", run))
    expected = {
        name: [f"{each['value']:.3f}", str(each["n"])]
        for name, each in (told["measures"] | told["folds"]).items()
        if each["value"] is not None
    }
    assert {name: rows[name] for name in expected} == expected
    html = report_html("run", run)
    absent = [name for name, each in told["measures"].items() if not each["n"]]
    assert f"<code>{', '.join(absent)}</code>" in html
    assert "10.0 ms" in html
    assert "345.6 MB" in html
    assert "12.5 s" in html


def test_differences_are_those_of_the_comparison() -> None:
    before, after = ("old", a_run()), ("new", a_run(WRONG))
    told = compare(before, after)
    rows = rows_of(report_html("new", after[1], baseline=before))
    for each in told.differences:
        if each.slice == EVERYTHING:
            cells = rows[each.measure]
            assert cells[2] == signed(each.difference)
            assert cells[4:6] == [
                f"{each.before:.3f}",
                f"[{signed(each.low)}, {signed(each.high)}]",
            ]
    assert rows["hit@10"][:3] == ["0.000", "6", "−1.000"]
    assert rows["hit@10"][3].startswith("▼ 较差 worse")
    assert rows["decision_right"][3] == "＝ 相同 same"
    assert report_html("new", after[1], baseline=before) == report_html(
        "new", after[1], baseline=before, comparison=told
    )


def test_lower_is_better_where_it_is() -> None:
    before = a_run({"false_abstention": 1.0})
    rows = rows_of(report_html("new", a_run({"false_abstention": 0.0}), baseline=("old", before)))
    assert rows["false_abstention"][2] == "−1.000"
    assert rows["false_abstention"][3].startswith("▲ 较好 better")


def test_small_changes_are_told_from_sure_ones() -> None:
    many = a_run(n=40)
    sure = report_html("new", a_run(WRONG, n=40), baseline=("old", many))
    assert "max-T" in sure
    assert "Holm" in sure
    assert rows_of(sure)["hit@10"][3] == "▼ 较差 worse"
    one = [replace(many.records[0], values=dict(many.records[0].values) | WRONG), *many.records[1:]]
    changed = report_html("new", replace(many, records=tuple(one)), baseline=("old", many))
    assert rows_of(changed)["hit@10"][3] == "▼ 较差 worse或属偶然 may be chance"


def test_without_a_baseline_nothing_is_compared() -> None:
    assert not re.search("基线|max-T|较差|翻转", report_html("run", a_run(WRONG)))


def test_runs_of_other_sets_are_not_compared() -> None:
    run = a_run()
    other = replace(run, header=replace(run.header, set_digest="e" * 64))
    with pytest.raises(BadRun):
        report_html("new", run, baseline=("old", other))


@pytest.mark.parametrize(
    ("judge", "verifier", "expected"),
    [
        ("mechanical", "mechanical", True),
        ("mechanical", "some/nli", True),  # a model's check begins with the mechanical one
        ("classifier:some/nli", "some/nli", True),
        ("classifier:other/nli", "some/nli", True),
        ("classifier:some/nli", "mechanical", False),
        ("model:qwen", "mechanical", False),
        ("model:qwen", "some/nli", False),
        ("people", "mechanical", False),
    ],
)
def test_a_judge_of_the_verifiers_kind_is_not_independent(
    judge: str, verifier: str, *, expected: bool
) -> None:
    assert same_kind(judge, verifier) is expected
    told = report_html("run", run_of([record("q", answer())], judge=judge, verifier=verifier))
    assert ("评判不独立" in told, "it is not independent" in told) == (expected, expected)
    assert ("it is independent" in told) == (not expected)
    assert judge in told
    assert verifier in told


def test_gold_that_is_nowhere_and_warnings_are_listed() -> None:
    lost = record("q7", answer(), WRONG, ASKED, nowhere=("甲主持",), uncited=("甲主持",))
    page = Page(report_html("run", run_of([lost], warnings=["第 3 行重复。 Line 3 repeats."])))
    assert "q7 甲主持" in page.text
    assert "第 3 行重复。 Line 3 repeats." in page.text
    assert "✗ 不在库中 nowhere in the library" in page.text


def test_a_question_shows_what_was_expected_said_judged_cited_and_found() -> None:
    told = answer(
        "甲主持。[^1] 见\\[^2]。",
        withheld=[
            {"text": "乙主持。", "citations": [], "label": "contradicted", "support": 0.1,
             "reasons": ["相反 otherwise"]}
        ],
    )  # fmt: skip
    judged = (Judgement(0, "unsupported", 0.2, ("没有说 not said",), (False,)),)
    one = record(
        "q", told, WRONG, ASKED | {"forbidden": ("乙",)}, missing=("乙",), judgements=judged
    )
    html = report_html("run", run_of([one]), around=lambda _: ("会议由", "，乙出席。"))
    page = Page(html)
    assert '会议由<mark>甲主持</mark>，乙出席。' in html  # fmt: skip
    assert '甲主持。<sup><a href="#q-1-1">[1]</a></sup> 见[^2]。' in html
    assert '<li id="q-1-1">' in html
    for wanted in (
        "要点 must甲✓ 有 found",
        "要点 must乙✗ 缺 missing",
        "参考答案 reference甲主持✓ 有 found",
        "依据 gold 1 quote甲主持✓ 已引用 found: cited",
        "不得有 must not乙✓ 没有 not said",
        "评判 judge: ✗ 无据 unsupported 0.20 没有说 not said",
        "无用的引文 citations of no use [1]",
        "服务自查 own verifier: ✓ 有据 supported 1.00 逐字 exact",
        "乙主持。服务自查 own verifier: ✗ 与原文相反 contradicted 0.10 相反 otherwise",
        "纪要 › 第一章",
        "gold-1 → 1",
        "p1 0.500p2 0.250",
    ):
        assert wanted in page.text


def test_an_abstention_gives_its_reason() -> None:
    one = record("q", abstaining(), WRONG, ASKED)
    page = Page(report_html("run", run_of([one])))
    assert "弃答： abstained: low_support 没有依据。 No evidence." in page.text


def test_long_paragraphs_are_shown_in_part() -> None:
    one = record("q", answer(), WRONG, ASKED, missing=("乙",))
    html = report_html("run", run_of([one]), around=lambda _: ("前" * 301, "后" * 301))
    assert f"<blockquote>…{'前' * 300}<mark>甲主持</mark>{'后' * 300}…</blockquote>" in html


def shown(html: str) -> list[str]:
    return re.findall(r"<summary><code>([^<]*)</code>", html)


def test_failed_questions_come_first_and_the_rest_is_counted() -> None:
    wrong = [record(f"w{at}", answer(), WRONG, ASKED, missing=("乙",)) for at in range(58)]
    worse = record("worse", answer(), WRONG, ASKED, missing=("乙",), uncited=("甲主持",))
    html = report_html("run", run_of([*wrong, worse, record("failed")]))
    assert shown(html) == ["failed", "worse", *(f"w{at}" for at in range(MOST_QUESTIONS - 2))]
    assert "另有 10 个问题未列" in html
    assert "60 / 60" in html


def test_flipped_questions_come_before_and_only_once() -> None:
    before, after = a_run(), a_run(WRONG)
    missing = replace(after.records[5], missing=("乙",))
    still = replace(after.records[4], values=before.records[4].values, missing=("乙",))
    after = replace(after, records=(*after.records[:4], still, missing, after.records[6]))
    html = report_html("new", after, baseline=("old", before))
    assert shown(html) == ["q0", "q1", "q2", "q3", "q5", "q4"]
    assert "基线的答案" in html
    assert "1 个见上节" in html


def test_slices_cover_the_questions_largest_first() -> None:
    records = [
        record("a", answer(), RIGHT, {"kind": "who", "tags": ("民法", "民法")}),
        record("b", answer(), WRONG, {"kind": "list"}),
        record("c", answer(), RIGHT, {"kind": "list", "text": "Who?"}),
    ]
    found = {name: [each.question.id for each in some] for name, some in slices(records).items()}
    assert list(found.items()) == [
        ("", ["a", "b", "c"]),
        ("kind=list", ["b", "c"]),
        ("kind=who", ["a"]),
        ("language=zh", ["a", "b"]),
        ("language=en", ["c"]),
        ("tag=民法", ["a"]),
    ]
    html = report_html("run", run_of(records))
    assert re.search(r"kind=list</th><td>2</td><td>0\.500 <small>n 2</small></td>", html)


def test_agreement_with_people_is_shown_where_there_is_any() -> None:
    given = [{"judge": "model:qwen", "n": 40, "accuracy": 0.85, "kappa": None}]
    html = report_html("run", a_run(), agreements=given)
    assert "model:qwen</th><td>people</td><td>40</td><td>0.850</td><td>–</td>" in html
    assert 'id="agreements"' not in report_html("run", a_run())


@pytest.mark.parametrize(
    "run",
    [
        run_of([]),
        run_of([record("a")]),
        run_of([record("a", answer())], [5.0]),
        run_of([record("a"), record("b", question={"unanswerable": True})]),
        run_of([record("a", abstaining(), question={"unanswerable": True})], [5.0]),
    ],
    ids=["no questions", "one failed", "one answered", "all failed", "one declined"],
)
def test_runs_with_little_in_them_have_a_report(run: Run) -> None:
    page = Page(report_html("run", run))
    assert f"{len(run.records)}问题 questions" in page.text
    if run.records:
        Page(report_html("run", run, baseline=("old", run)))


def test_large_runs_stay_small() -> None:
    long = answer("甲主持。[^1]" * 20, citations=[citation("甲主持" * 100)])
    records = [
        record(f"q{at}", long, WRONG, ASKED | {"tags": (f"t{at}",)}, missing=("乙",))
        for at in range(2000)
    ]
    html = report_html("run", run_of(records, [1.0 + at for at in range(2000)]))
    assert len(html.encode()) < 2_000_000
    assert "另有 1950 个问题未列" in html
