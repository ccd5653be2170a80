"""The real page in a real browser, over doubles."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.app import create_app
from api.http.routes.web_files import WEB
from rag.events import Event, VerdictStreamed
from tests.api.chromium import CHROMIUM, Browser
from tests.api.doubles import (
    BREAKS,
    CHILD_SUPPORT,
    CUSTODY,
    DAMAGED,
    EXPLODES,
    HOSTILE,
    NOWHERE,
    OLD,
    READING,
    SECOND,
    SENTENCES,
    UNREAD,
    WITHHELD,
    ScriptedAnswerer,
    answered_by,
    doubled,
)

BROWSER_SECONDS = 120  # a stuck browser fails the test instead of hanging the run
FORBIDDEN = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|srcdoc"

browser = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")


class Page(HTMLParser):
    """Tags with attributes, and text as a reader sees it."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.marked = ""  # text inside <mark>
        self.quoted = ""  # text inside <blockquote>
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        self.text += data
        self.marked += data if "mark" in self.open else ""
        self.quoted += data if "blockquote" in self.open else ""

    def having(self, class_name: str) -> list[dict[str, str | None]]:
        return [own for _, own in self.tags if class_name in (own.get("class") or "").split()]


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    """Serve the page on a free loopback port, in a thread, until the module is done."""
    with served(create_app(doubled()[0])) as address:
        yield address


@contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    config = uvicorn.Config(app, port=0, log_level="critical")
    server = uvicorn.Server(config)
    with config.bind_socket() as listening:
        port = listening.getsockname()[1]
        listening.listen()  # from here on a request waits until the server takes it
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{port}"
        finally:  # else a failing test would keep the whole run from ending
            server.should_exit = True
            thread.join()


ANSWERED = """document.getElementById("answer")?.getAttribute("aria-busy") === "false"
    && document.querySelector("mark") !== null"""
SHOWN = "document.querySelector('mark') !== null"


def opened(address: str, profile: Path, ready: str, language: str = "zh-CN") -> Page:
    """Return the page as it is once a condition holds in it, however long that takes."""
    with Browser(profile, language) as page:
        page.picture(profile / "wide.png", 1280, 900)  # makes it so wide
        page.open(address)
        page.until(ready)
        return Page(str(page.run("document.documentElement.outerHTML")))


@browser
def test_question_in_the_address_is_answered_with_sentences_marks_and_the_cited_paragraph(
    origin: str, tmp_path: Path
) -> None:
    page = opened(f"{origin}/?q={quote(CUSTODY)}", tmp_path, ANSWERED)
    for sentence in SENTENCES:
        assert sentence in page.text
    cites = [own["data-cite"] for own in page.having("mark")]
    assert len(cites) == 3
    assert cites[0] == cites[1]
    assert cites[2] == SECOND.id
    assert len(page.having("source")) == 2
    assert page.having("tick") == []  # a quote equals itself
    assert len(page.having("partial")) == 1
    assert page.marked.startswith(SENTENCES[0])  # wide: the first source is shown at once
    assert "[^1]" not in page.text


@browser
def test_permalink_shows_the_quote_inside_its_paragraph(origin: str, tmp_path: Path) -> None:
    page = opened(f"{origin}/?cite={SECOND.id}", tmp_path, SHOWN)
    assert page.marked == SENTENCES[2]
    assert page.quoted.startswith(SENTENCES[2] + "负担费用的多少和期限的长短")
    assert page.having("valid")
    assert "第一千零八十五条" in page.text


@browser
def test_changed_citation_says_so_and_keeps_characters_beyond_the_basic_plane(
    origin: str, tmp_path: Path
) -> None:
    page = opened(f"{origin}/?cite={OLD.id}", tmp_path, SHOWN, "en")
    assert page.having("changed")
    assert page.marked == "𠮷祥鸟"
    assert "The document was edited since." in page.text
    assert "Repealed on 2020-01-01 by 飞鸟法" in page.text
    assert ("del", {}) in page.tags
    assert ("ins", {}) in page.tags
    assert "《𠮷祥鸟保护办法》（鸟发〔2010〕1号）第一条" in page.text


@browser
def test_abstention_shows_its_reason_and_the_nearest_passages(origin: str, tmp_path: Path) -> None:
    page = opened(
        f"{origin}/?q={quote(NOWHERE)}", tmp_path, "document.querySelector('.passage') !== null"
    )
    assert page.having("abstention")
    assert "最接近的段落" in page.text
    assert len(page.having("passage")) == 2
    assert not page.having("mark")


@browser
def test_error_is_told_in_words(origin: str, tmp_path: Path) -> None:
    page = opened(
        f"{origin}/?q={EXPLODES}", tmp_path, "document.body.innerText.includes('服务内部出错')"
    )
    assert "服务内部出错" in page.text
    assert "secret" not in page.text


@browser
def test_markup_of_a_document_stays_text(origin: str, tmp_path: Path) -> None:
    page = opened(f"{origin}/?q=trap", tmp_path, ANSWERED)
    assert HOSTILE in page.text
    assert page.marked == HOSTILE
    assert page.text.strip().startswith("据典 Judian")  # the title, which the trap would change
    assert [own for tag, own in page.tags if tag == "img" and own.get("src") == "x"] == []
    scripts = [own.get("src") for tag, own in page.tags if tag == "script"]
    assert scripts == ["/web/app.js"]


# a conversation


SAID = "[...document.querySelectorAll('.answer > .card .claim')].map((one) => one.textContent)"
WHOLE = "document.querySelector('.answer > .card .facts, .answer > .abstention')"


@pytest.fixture
def browser_page(tmp_path: Path) -> Iterator[Browser]:
    with Browser(tmp_path) as page:
        yield page


class Bytes:
    """Cuts the body of every streamed reply into single bytes."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def cut(message: Message) -> None:
            if message["type"] != "http.response.body" or scope.get("path") != "/v1/ask":
                await send(message)
                return
            for byte in message["body"]:
                await send({**message, "body": bytes([byte]), "more_body": True})
            if not message.get("more_body"):
                await send({**message, "body": b""})

        await self.app(scope, receive, cut)


@browser
def test_a_stream_cut_anywhere_leaves_every_character_whole(
    browser_page: Browser, tmp_path: Path
) -> None:
    with served(Bytes(create_app(doubled()[0]))) as address:
        browser_page.open(f"{address}/?q={quote(CHILD_SUPPORT)}")
        browser_page.until(WHOLE)
        said = "".join(browser_page.run(SAID))
        assert all(sentence in said for sentence in SENTENCES)
        assert "\ufffd" not in browser_page.run("document.body.textContent")


@browser
def test_notes_short_answer_rewriting_and_withheld_are_shown(
    origin: str, browser_page: Browser
) -> None:
    browser_page.open(f"{origin}/?q={quote(CHILD_SUPPORT)}")
    browser_page.until(WHOLE)
    text = browser_page.run("document.querySelector('.answer').innerText")
    assert "按此理解：离婚后孩子由谁抚养" in text
    assert "说法不一" in text
    assert "由语言模型撰写，已逐句核对" in text
    assert "另有 2 句未得到原文支持" in text
    assert WITHHELD not in text  # behind its toggle
    assert browser_page.run("document.querySelector('.claim .short').textContent") == "母亲"
    assert browser_page.run("document.querySelectorAll('.claim.disputed').length") == 2
    browser_page.run("document.querySelector('.withheld summary').click()")
    assert browser_page.run("document.querySelector('.withheld s').textContent") == WITHHELD


@browser
def test_a_follow_up_is_asked_in_its_conversation_until_a_new_one_begins(
    browser_page: Browser,
) -> None:
    answerer = ScriptedAnswerer()
    with served(create_app(answered_by(doubled()[0], answerer))) as address:
        browser_page.open(f"{address}/?q={quote(CUSTODY)}")
        browser_page.until(WHOLE)
        browser_page.ask("那抚养费呢？")
        browser_page.until("document.querySelector('.answer > .card .understood')")
        browser_page.until(WHOLE)
        assert [turn.question for turn in answerer.history] == [CUSTODY]
        assert SENTENCES[0] in answerer.history[0].answer
        earlier = browser_page.run("document.querySelector('.turn summary').textContent")
        assert earlier == CUSTODY
        assert browser_page.run("document.getElementById('question').value") == ""
        browser_page.run("document.getElementById('new-thread').click()")
        browser_page.ask(CUSTODY)
        browser_page.until(WHOLE)
        assert answerer.history == ()


class Halting(ScriptedAnswerer):
    """Tells one claim, then waits until the test lets it go on."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()

    def stream(self, question: str, **more: Any) -> Iterator[Event]:
        for event in super().stream(question, **more):
            yield event
            if isinstance(event, VerdictStreamed):
                self.go.wait(BROWSER_SECONDS)


@browser
def test_claims_appear_as_they_are_verified_and_stopping_keeps_them(browser_page: Browser) -> None:
    answerer = Halting()
    with served(create_app(answered_by(doubled()[0], answerer))) as address:
        browser_page.open(f"{address}/?q={quote(CUSTODY)}")
        browser_page.until("document.querySelector('.growing .claim')")
        [first] = browser_page.run(SAID)
        assert SENTENCES[0] in first
        browser_page.run("document.querySelector('.progress button').click()")
        browser_page.until("!document.querySelector('.growing')")
        text = browser_page.run("document.querySelector('.answer').innerText")
        assert "已停止。以上句子都已核对。" in text
        assert len(browser_page.run(SAID)) == 1
        answerer.go.set()


@browser
def test_a_stream_that_breaks_is_told_in_words(origin: str, browser_page: Browser) -> None:
    browser_page.open(f"{origin}/?q={quote(BREAKS)}")
    browser_page.until("document.querySelector('.answer > .notice')")
    text = browser_page.run("document.querySelector('.answer').innerText")
    assert "文库文件已损坏" in text
    assert "再试一次" in text


@browser
def test_the_server_speaks_the_language_of_the_page(origin: str, browser_page: Browser) -> None:
    browser_page.open(f"{origin}/?q={quote(BREAKS)}")
    browser_page.until("document.querySelector('.answer > .notice')")
    browser_page.run("document.getElementById('language').click()")
    browser_page.run("document.querySelector('.answer > .notice button').click()")
    damaged = json.dumps(DAMAGED.text("en"))
    browser_page.until(f"document.querySelector('.answer h2').innerText === {damaged}")
    reason = "document.querySelector('#quarantine .reason')"
    unread = json.dumps(UNREAD.text("en"))
    browser_page.until(f"{reason} && {reason}.textContent === {unread}")
    browser_page.run("document.querySelector('.document-facts').open = true")
    browser_page.until("document.querySelector('.document-facts .reason')")
    note = browser_page.run("document.querySelector('.document-facts .reason').textContent")
    assert note == READING.text("en")


UPLOAD = """(() => {
  const chosen = new DataTransfer();
  chosen.items.add(new File([""], "empty.txt"));
  const field = document.getElementById("files");
  field.files = chosen.files;
  field.dispatchEvent(new Event("change"));
})()"""


@browser
def test_an_upload_of_which_all_is_refused_says_why(origin: str, browser_page: Browser) -> None:
    browser_page.open(f"{origin}/")
    browser_page.until("document.querySelector('.document-facts')")
    browser_page.run(UPLOAD)
    browser_page.until("document.querySelector('.outcome.refused .reason')")
    reason = browser_page.run("document.querySelector('.outcome .reason').textContent")
    assert reason == UNREAD.text("zh")


@browser
def test_every_part_of_a_hostile_answer_is_only_text(origin: str, browser_page: Browser) -> None:
    browser_page.open(f"{origin}/?q=trap")
    browser_page.until(WHOLE)
    browser_page.run("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    for part in (".understood q", ".notes .note span", ".withheld s", ".claim"):
        assert HOSTILE[:40] in browser_page.run(f"document.querySelector('{part}').textContent")
    assert browser_page.run("document.title") == "据典 Judian"
    assert browser_page.run("document.querySelectorAll('img[src=x], script').length") == 1


def test_scripts_never_turn_text_into_markup_or_code() -> None:
    scripts = sorted(WEB.glob("*.js"))
    assert {path.name for path in scripts} >= {"app.js", "answer.js", "evidence.js"}
    for path in scripts:
        assert re.search(FORBIDDEN, path.read_text(encoding="utf-8")) is None, path.name


def test_page_names_no_other_site() -> None:
    namespace = "http://www.w3.org/2000/svg"  # a name, not an address that is fetched
    for path in WEB.iterdir():
        text = path.read_text(encoding="utf-8").replace(namespace, "")
        assert re.search(r"https?://|url\(|@import", text) is None, path.name


def test_every_word_stands_in_both_languages() -> None:
    source = (WEB / "words.js").read_text(encoding="utf-8")
    chinese, english = source.split("\n  en: {")
    names = re.compile(r"^    (\w+):", re.MULTILINE)
    assert names.findall(chinese) == names.findall(english.split("\n};")[0])
    used = set(re.findall(r'data-word(?:-\w+)?="(\w+)"', (WEB / "index.html").read_text("utf-8")))
    assert used <= set(names.findall(chinese))
