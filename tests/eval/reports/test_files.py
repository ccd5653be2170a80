from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from eval.comparison.comparing import EVERYTHING, compare
from eval.errors import BadRun, RunUnsaved
from eval.measures.table import BY_NAME
from eval.reports.files import BOM, NAMES, csv_table, json_report, markdown, write_report
from eval.reports.html_report import report_html
from eval.runs.summary import summary
from eval.types import Run
from tests.eval.report_doubles import Page, abstaining, answer, record, run_of

ASKED = {"kind": "who", "tags": ("民法", "离婚"), "musts": ("甲",)}
HOSTILE = "a|b `c` *d* [e](x) <script>f</script>\n# g\x00 &lt; $h$ {{ 7 * 7 }}{% i %}"


def a_run(hit: float = 1.0) -> Run:
    values = {"hit@10": hit, "contains_all_folded": hit}
    return run_of(
        [
            record("q1", answer(support=0.75), values, ASKED),
            record("q2", abstaining(), values, {"unanswerable": True}),
            record("q3", None, values),
        ],
        [1.23456, 2.0],
    )


def rows_of(run: Run) -> list[dict[str, str]]:
    told = csv_table(run)
    assert told.startswith(BOM)
    return list(csv.DictReader(io.StringIO(told.removeprefix(BOM), newline="")))


def test_a_row_for_each_question() -> None:
    rows = rows_of(a_run())
    head = [
        "id",
        "question",
        "kind",
        "tags",
        "unanswerable",
        "error",
        "abstained",
        "support",
        "answer_ms",
    ]
    assert [list(each) for each in rows] == [[*head, *BY_NAME]] * 3
    told = [[each[name] for name in list(each)[:9]] for each in rows]
    assert told == [
        ["q1", "问题q1？", "who", "民法;离婚", "0", "", "0", "0.75", "1.235"],
        ["q2", "问题q2？", "", "", "1", "", "1", "0.1", "2.0"],
        ["q3", "问题q3？", "", "", "0", "ModelFailed: 超时 timed out", "", "", ""],
    ]
    assert [each["hit@10"] for each in rows] == ["1.0"] * 3
    assert [each["R@10"] for each in rows] == [""] * 3


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'␍=1"),
        ("＝1", "'＝1"),
        ('说"好",\n再见', '说"好",\n再见'),
        ("a\x00=b", "a␀=b"),
        ("1-2", "1-2"),
    ],
)
def test_no_cell_is_a_formula(said: str, shown: str) -> None:
    one = record(said, answer(), question={"text": said, "kind": said, "tags": (said,)}, error=said)
    (row,) = rows_of(run_of([one]))
    assert [row[name] for name in ("id", "question", "kind", "tags", "error")] == [shown] * 5


def test_lines_end_as_the_standard_says() -> None:
    assert csv_table(a_run()).count("\r\n") == 4


def page_of(told: str) -> Page:
    return Page(MarkdownIt("commonmark", {"xhtmlOut": True}).enable("table").render(told))


def test_markdown_shows_the_numbers_of_the_summary() -> None:
    before, after = a_run(), a_run(0.0)
    told = markdown("run", after)
    found = summary(after)["measures"]["hit@10"]
    assert (
        f"| 前 10 条命中依据 evidence in first 10 | {found['value']:.3f} | {found['n']} |" in told
    )
    (each,) = (
        e
        for e in compare(("old", before), ("run", after)).differences
        if (e.measure, e.slice) == ("hit@10", EVERYTHING)
    )
    compared = markdown("run", after, compare(("old", before), ("run", after)))
    assert (
        f"| 0.000 | 3 | 1.000 | −1.000 | [−1.000, −1.000] | {each.adjusted:.3f} | 0.00 |"
        " ▼ 较差 worse（或属偶然 may be chance） |"
    ) in compared
    assert "max-T" in compared
    assert "max-T" not in told


def test_markdown_says_that_the_judge_is_not_independent() -> None:
    assert "it is not independent" in markdown("run", a_run())


def test_markdown_shows_texts_as_they_are() -> None:
    one = record(HOSTILE, None, question={"text": HOSTILE}, error=HOSTILE, nowhere=(HOSTILE,))
    run = run_of([one], warnings=[HOSTILE])
    page, plain = page_of(markdown(HOSTILE, run)), page_of(markdown("x", a_run()))
    shown = "a|b `c` *d* [e](x) <script>f</script> # g␀ &lt; $h$ {{ 7 * 7 }}{% i %}"
    assert page.text.count(shown) >= 6
    assert {tag for tag, _ in page.elements} <= {tag for tag, _ in plain.elements} | {"ul", "li"}
    rows = [each for each in markdown(HOSTILE, run).split("\n") if each.startswith("|")]
    cells = {len(each.replace("\\|", "").split("|")) for each in rows if "a\\|b" in each}
    assert cells == {4, 5}  # of tables with two and with three columns


def test_json_holds_sums_changes_and_problems() -> None:
    before, after = a_run(), a_run(0.0)
    told = json.loads(json_report("run", after, compare(("old", before), ("run", after))))
    assert told["id"] == "run"
    assert told["measures"] == summary(after)["measures"]
    assert told["problems"] == {"q3": ["失败 failed: ModelFailed: 超时 timed out"]}
    (change,) = (
        each
        for each in told["comparison"]["differences"]
        if (each["measure"], each["slice"]) == ("hit@10", EVERYTHING)
    )
    assert (change["before"], change["after"], change["difference"], change["gain"]) == (
        1,
        0,
        -1,
        -1,
    )
    assert told["comparison"]["flips"][0] == {
        "id": "q1",
        "worse": ["contains_all_folded", "hit@10"],
        "better": [],
    }
    assert "comparison" not in json.loads(json_report("run", after))


def test_every_file_is_what_its_function_returns(tmp_path: Path) -> None:
    before, after = ("old", a_run()), ("new", a_run(0.0))
    told = compare(before, after)
    folder = tmp_path / "a" / "报告"
    paths = write_report(folder, "new", after[1], baseline=before)
    assert paths == [folder / name for name in NAMES]
    assert sorted(folder.iterdir()) == sorted(paths)
    assert [each.read_bytes().decode() for each in paths] == [
        report_html("new", after[1], baseline=before, comparison=told),
        markdown("new", after[1], told),
        csv_table(after[1]),
        json_report("new", after[1], told),
    ]


def test_what_utf_8_cannot_hold_is_written_all_the_same(tmp_path: Path) -> None:
    run = run_of([record("\ud800", None, question={"text": "\ud800"}, error="\ud800")])
    *_, told = write_report(tmp_path, "run", run)
    assert list(json.loads(told.read_bytes())["problems"]) == ["\ud800"]


def test_a_folder_that_cannot_be_is_an_error_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RunUnsaved, match=r"file: 写不了评测报告.*Cannot write the report"):
        write_report(tmp_path / "file", "run", a_run())


def test_a_file_is_written_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_report(tmp_path, "old", a_run())
    before = {each.name: each.read_bytes() for each in tmp_path.iterdir()}

    def full(path: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(RunUnsaved, match="No space left"):
        write_report(tmp_path, "new", a_run(0.0))
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == before


def test_runs_of_other_sets_are_not_compared(tmp_path: Path) -> None:
    one = a_run()
    other = run_of([record("other", answer())])
    header = one.header
    moved = Run(type(header)(header.set_name, "e" * 64, "v", "1", {}), other.records, other.timings)
    with pytest.raises(BadRun):
        write_report(tmp_path, "new", one, baseline=("old", moved))
    assert list(tmp_path.iterdir()) == []


def test_runs_with_little_in_them_have_files(tmp_path: Path) -> None:
    for number, run in enumerate((run_of([]), run_of([record("a")]))):
        paths = write_report(tmp_path / str(number), "run", run)
        assert [each.name for each in paths] == list(NAMES)
        assert len(rows_of(run)) == number
