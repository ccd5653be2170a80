"""The pages of evaluation in a real browser: runs side by side, and labels by keys."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from api.http.routes.web_files import WEB
from eval.runs.labels import claims_to_label, read_labels
from eval.runs.run_folder import RunFolder
from tests.api.chromium import CHROMIUM, Browser
from tests.api.doubles import HOSTILE
from tests.api.web.test_page import served
from tests.eval.run_doubles import Claims, stored
from tests.eval.service import ASKED, Gated, Service

browser = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")

PHONE = {"width": 400, "height": 800, "deviceScaleFactor": 1, "mobile": True}
GOOD: dict[str, Claims | None] = {
    "q1": (("甲。", ("甲甲",)), ("乙。", ("乙乙",))),
    "q2": (("丁。", ("丁丁",)),),
}
BAD: dict[str, Claims | None] = {**GOOD, "q2": None}
OTHER: dict[str, Claims | None] = {"q9": (("戊。", ()),)}


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Browser]:
    with Browser(tmp_path / "profile") as opened:
        yield opened


@pytest.fixture
def service(tmp_path: Path) -> Service:
    return Service(tmp_path / "home")


def put(service: Service, answers: dict[str, Claims | None], name: str = "手工") -> RunFolder:
    return stored(service.store.folder, answers, name)


@contextmanager
def shown(service: Service, page: Browser, path: str, **wanted: str) -> Iterator[str]:
    with served(service.app) as address:
        page.open(f"{address}{path}?{urlencode(wanted)}" if wanted else f"{address}{path}")
        page.until("document.readyState === 'complete'")
        yield address


def text(page: Browser, selector: str = "body") -> str:
    found: str = page.run(f"document.querySelector({json.dumps(selector)}).innerText")
    return found


def texts(page: Browser, selector: str) -> list[str]:
    found: list[str] = page.run(
        f"Array.from(document.querySelectorAll({json.dumps(selector)}), (one) => one.innerText)"
    )
    return found


def press(page: Browser, key: str) -> None:
    for kind in ("keyDown", "keyUp"):
        page.call("Input.dispatchKeyEvent", type=kind, key=key)


# runs


def choose_file(page: Browser, path: Path) -> None:
    root = page.call("DOM.getDocument")["root"]["nodeId"]
    node = page.call("DOM.querySelector", nodeId=root, selector="#file")["nodeId"]
    page.call("DOM.setFileInputFiles", files=[str(path)], nodeId=node)


@browser
def test_a_chosen_file_is_run_watched_cancelled_and_gone_on_with(
    tmp_path: Path, page: Browser
) -> None:
    answerer = Gated()
    service = Service(tmp_path / "home", answerer)
    file = tmp_path / "婚姻.jsonl"
    file.write_text("".join(json.dumps(one) + "\n" for one in ASKED), "utf-8")
    with shown(service, page, "/evals"):
        page.until("document.querySelector('#runs').innerText.includes('还没有评测')")
        choose_file(page, file)
        page.until("document.querySelector('#told').innerText.includes('已开始：婚姻')")
        page.until("document.querySelector('.run.is-running progress')")
        answerer.let(1)
        page.until("document.querySelector('progress').value === 1")
        assert "1 / 4 个问题 · 约剩" in text(page, ".run")
        page.run("document.querySelector('.run button').click()")
        page.until("document.querySelector('.run button').innerText.includes('答完当前问题')")
        answerer.let(100)
        page.until("document.querySelector('.run.is-cancelled')")
        assert "2 / 4" in text(page, ".run")
        page.run("document.querySelector('.run button').click()")
        page.until("document.querySelector('.run.is-finished')")
    assert {question for question, _ in answerer.asked} == {one["question"] for one in ASKED}


@browser
def test_a_bad_file_is_refused_in_words(service: Service, page: Browser, tmp_path: Path) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text('{"id": "a"}\n', "utf-8")
    with shown(service, page, "/evals"):
        page.until("document.querySelector('#runs').innerText")
        choose_file(page, file)
        page.until("document.querySelector('#told .notice')")
        assert "问题集有误" in text(page, "#told")
        assert "questions:1" in text(page, "#told")


@browser
def test_runs_side_by_side_differ_from_the_first(service: Service, page: Browser) -> None:
    good, bad, other = put(service, GOOD), put(service, BAD), put(service, OTHER, "另一个")
    wanted = ",".join(each.id for each in (good, bad, other))
    with shown(service, page, "/evals", runs=wanted):
        page.until("document.querySelectorAll('.sums tbody tr').length")
        page.until("!document.querySelector('.sums').innerText.includes('正在比较')")
        heads = texts(page, ".sums thead th")
        assert "基准" in heads[1]
        assert "不能比较" in heads[3]
        rows = {row.split("\t")[0].split("\n")[0]: row for row in texts(page, ".sums tbody tr")}
        assert "1.000" in rows["有据论断比例"]
        assert "▼ −0.500" in rows["有据论断比例"]
        assert "▼ +0.500" in rows["无据"]  # of what is better low, more is worse
        assert page.run("document.querySelectorAll('.sums .better').length") == 0
        links = page.run(
            "[...document.querySelectorAll('.run-tools a')].map((one) => decodeURI(one.href))"
        )
        assert sum(f"/{bad.id}/report?baseline={good.id}" in link for link in links) == 1


@browser
def test_at_most_four_runs_are_chosen_and_the_address_keeps_them(
    service: Service, page: Browser
) -> None:
    ids = [put(service, GOOD).id for _ in range(5)]
    with shown(service, page, "/evals"):
        page.until("document.querySelectorAll('.run input').length === 5")
        for at in range(4):
            page.run(f"document.querySelectorAll('.run input')[{at}].click()")
        assert page.run("document.querySelectorAll('.run input:disabled').length") == 1
        assert page.run("document.querySelectorAll('.sums thead th').length") == 5
        kept = page.run("new URLSearchParams(location.search).get('runs').split(',')")
        assert kept == list(reversed(ids))[:4]
        page.run("document.querySelectorAll('.run input')[0].click()")
        assert page.run("document.querySelectorAll('.run input:disabled').length") == 0
        page.call("Emulation.setDeviceMetricsOverride", **PHONE)
        assert page.run("document.documentElement.scrollWidth") <= PHONE["width"]


# labels


@browser
def test_claims_are_labelled_by_keys_alone(service: Service, page: Browser) -> None:
    folder = put(service, GOOD)
    claims = claims_to_label(folder.load())
    with shown(service, page, "/label", run=folder.id) as address:
        page.until("document.activeElement.id === 'name'")
        page.run("document.getElementById('name').value = ' 张三 '")
        press_enter(page)
        page.until("document.querySelector('.claim-text')")
        assert text(page, ".claim-text") == claims[0].text
        assert claims[0].quotes[0].quote in text(page, "blockquote")
        assert "某办法" in text(page, ".to-label")
        assert "第一章 › 第二条" in text(page, ".path")
        press(page, "1")
        page.until(said("已标 1 / 3"))
        assert "已记：支持" in text(page, "#told")
        press(page, "ArrowRight")
        page.until(said("已跳过"))
        press(page, "ArrowLeft")
        press(page, "ArrowLeft")
        page.until("document.querySelector('.verdict[aria-pressed=true]')")
        assert texts(page, ".verdict[aria-pressed=true]") == ["支持\n1"]
        press(page, "4")  # changed my mind
        page.until(said("已记：相反"))
        press(page, "ArrowRight")
        press(page, "3")
        page.until(said("已标 2 / 3"))
        assert "跳过了 1 条" in text(page)
        page.run("document.querySelector('.to-label .primary').click()")
        page.until("document.querySelector('.claim-text')")
        assert text(page, ".claim-text") == claims[1].text
        page.run("document.querySelector('.verdict[data-label=partial]').click()")
        page.until(said("已标 3 / 3"))
        press(page, "ArrowRight")
        page.until(said("都标完了"))
        cells = [row.split("\t") for row in texts(page, ".sums tbody tr")]
        assert [row[:3] for row in cells] == [
            ["mechanical", "3", "0.000"], ["服务自查", "3", "0.000"]
        ]  # fmt: skip
        assert read_labels(folder, claims).by("张三") == {
            claims[0].key: "contradicted", claims[1].key: "partial", claims[2].key: "unsupported"
        }  # fmt: skip
        page.run("document.body.remove()")
        page.open(f"{address}/label?{urlencode({'run': folder.id, 'again': 1})}")
        page.until(said("都标完了"))  # the name is asked once
        assert "标注人：张三" in text(page)


def press_enter(page: Browser) -> None:
    page.call("Input.dispatchKeyEvent", type="keyDown", key="Enter", code="Enter", text="\r",
              windowsVirtualKeyCode=13)  # fmt: skip
    page.call("Input.dispatchKeyEvent", type="keyUp", key="Enter")


def said(words: str) -> str:
    return f"document.body?.innerText.includes({json.dumps(words)})"


def named(page: Browser) -> None:
    """Give a name and see the first claim."""
    page.until("document.getElementById('name')")
    page.run(
        "document.getElementById('name').value = '李四';"
        "document.querySelector('.name-form').requestSubmit()"
    )
    page.until("document.querySelector('.to-label')")


@browser
def test_a_label_that_is_not_kept_is_told_and_can_be_given_again(
    service: Service, page: Browser
) -> None:
    folder = put(service, GOOD)
    with shown(service, page, "/label", run=folder.id):
        named(page)
        (folder.path / "labels.jsonl").mkdir()  # nothing can be written there
        press(page, "1")
        page.until("document.querySelector('#told .notice')")
        assert "写不进去" in text(page, "#told")
        assert page.run("document.querySelectorAll('.verdict:enabled').length") == 4
        assert "已标 0 / 3" in text(page)
        (folder.path / "labels.jsonl").rmdir()
        press(page, "2")
        page.until(said("已标 1 / 3"))


@browser
def test_keys_go_to_the_field_of_the_name_and_not_to_claims(
    service: Service, page: Browser
) -> None:
    folder = put(service, GOOD)
    with shown(service, page, "/label", run=folder.id):
        named(page)
        page.run("document.getElementById('change-name').click()")
        page.until("document.activeElement.id === 'name'")
        for key in ("1", "2", "ArrowLeft"):
            press(page, key)
        page.run("document.querySelector('.name-form').requestSubmit()")  # empty: not taken
        assert page.run("document.activeElement.id") == "name"
    assert not (folder.path / "labels.jsonl").exists()


@browser
def test_without_a_run_one_is_chosen_and_a_wrong_one_is_told(
    service: Service, page: Browser
) -> None:
    folder = put(service, GOOD)
    with shown(service, page, "/label") as address:
        page.until("document.querySelector('.run a')")
        assert folder.id in text(page, ".run")
        page.open(f"{address}/label?run=nowhere")
        page.until("location.search === '?run=nowhere'")
        page.until("document.getElementById('name')")
        page.run(
            "document.getElementById('name').value = '李四';"
            "document.querySelector('.name-form').requestSubmit()"
        )
        page.until("document.querySelector('#told .notice')")
        assert "没有这次评测" in text(page, "#told")


@browser
def test_hostile_words_are_only_text(service: Service, page: Browser) -> None:
    folder = put(service, {"q1": ((HOSTILE, (HOSTILE,)),)}, HOSTILE)
    with shown(service, page, "/evals", runs=folder.id) as address:
        page.until("document.querySelector('.sums')")
        assert HOSTILE in text(page, ".run-name")
        assert HOSTILE in text(page, ".sums")
        assert_harmless(page)
        page.open(f"{address}/label?{urlencode({'run': folder.id})}")
        page.until("document.getElementById('name')")
        named(page)
        assert text(page, ".claim-text") == HOSTILE
        assert text(page, "blockquote") == HOSTILE
        assert_harmless(page)


def assert_harmless(page: Browser) -> None:
    assert page.run("document.title") != "owned"
    assert page.run("document.querySelectorAll('img[src=x], main script').length") == 0


@browser
def test_both_languages_and_a_narrow_screen(service: Service, page: Browser) -> None:
    folder = put(service, GOOD)
    page.call("Emulation.setDeviceMetricsOverride", **PHONE)
    with shown(service, page, "/label", run=folder.id):
        named(page)
        page.run("document.getElementById('language').click()")
        assert "Labelled by 李四" in text(page)
        assert texts(page, ".verdict span") == ["Supported", "In part", "Not said", "Contradicted"]
        assert page.run("document.documentElement.lang") == "en"
        assert page.run("document.documentElement.scrollWidth") <= PHONE["width"]
        press(page, "2")
        page.until(said("Kept: In part"))


# words


@pytest.mark.parametrize("name", ["evals", "label"])
def test_pages_and_scripts_use_words_that_there_are(name: str) -> None:
    source = (WEB / "words.js").read_text("utf-8").split("\n  en: {")[0]
    words = set(re.findall(r"^    (\w+):", source, re.MULTILINE))
    markup = (WEB / f"{name}.html").read_text("utf-8")
    used = set(re.findall(r'data-word(?:-\w+)?="(\w+)"', markup))
    for script in (f"{name}.js", "sums.js"):
        used |= set(re.findall(r'\bword\("(\w+)"', (WEB / script).read_text("utf-8")))
    assert used
    assert used <= words


def test_the_pages_are_served_by_their_own_addresses(service: Service) -> None:
    for path, name in (("/evals", "evals.html"), ("/label", "label.html")):
        reply: Any = service.client.get(path)
        assert reply.status_code == 200
        assert reply.content == (WEB / name).read_bytes()
        assert "script-src 'self'" in reply.headers["content-security-policy"]
    assert 'href="/evals"' in service.client.get("/").text
