"""The real page in a real browser, over doubles."""

from __future__ import annotations

import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import pytest
import uvicorn

from api.app import create_app
from api.routes_page import WEB
from tests.api_doubles import (
    CUSTODY,
    EXPLODES,
    HOSTILE,
    NOWHERE,
    OLD,
    SECOND,
    SENTENCES,
    doubled,
)

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--virtual-time-budget=5000",
    "--window-size=1280,900",
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
    config = uvicorn.Config(create_app(doubled()[0]), port=0, log_level="critical")
    server = uvicorn.Server(config)
    with config.bind_socket() as listening:
        port = listening.getsockname()[1]
        listening.listen()  # from here on a request waits until the server takes it
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield f"http://127.0.0.1:{port}"
        server.should_exit = True
        thread.join()


def opened(address: str, profile: Path, language: str = "zh-CN") -> Page:
    assert CHROMIUM is not None
    finished = subprocess.run(
        [
            CHROMIUM,
            *FLAGS,
            f"--accept-lang={language}",
            f"--user-data-dir={profile}",
            "--dump-dom",
            address,
        ],
        capture_output=True,
        check=True,
        timeout=BROWSER_SECONDS,
    )
    return Page(finished.stdout.decode())


@browser
def test_question_in_the_address_is_answered_with_sentences_marks_and_the_cited_paragraph(
    origin: str, tmp_path: Path
) -> None:
    page = opened(f"{origin}/?q={quote(CUSTODY)}", tmp_path)
    for sentence in SENTENCES:
        assert sentence in page.text
    cites = [own["data-cite"] for own in page.having("mark")]
    assert len(cites) == 3
    assert cites[0] == cites[1]
    assert cites[2] == SECOND.id
    assert len(page.having("source")) == 2
    assert len(page.having("tick")) == 3
    assert len(page.having("partial")) == 1
    assert page.marked.startswith(SENTENCES[0])  # wide: the first source is shown at once
    assert "[^1]" not in page.text


@browser
def test_permalink_shows_the_quote_inside_its_paragraph(origin: str, tmp_path: Path) -> None:
    page = opened(f"{origin}/?cite={SECOND.id}", tmp_path)
    assert page.marked == SENTENCES[2]
    assert page.quoted.startswith(SENTENCES[2] + "负担费用的多少和期限的长短")
    assert page.having("valid")
    assert "第一千零八十五条" in page.text


@browser
def test_changed_citation_says_so_and_keeps_characters_beyond_the_basic_plane(
    origin: str, tmp_path: Path
) -> None:
    page = opened(f"{origin}/?cite={OLD.id}", tmp_path, "en")
    assert page.having("changed")
    assert page.marked == "𠮷祥鸟"
    assert "The document was edited since." in page.text
    assert "Repealed on 2020-01-01 by 飞鸟法" in page.text
    assert ("del", {}) in page.tags
    assert ("ins", {}) in page.tags
    assert "《𠮷祥鸟保护办法》（鸟发〔2010〕1号）第一条" in page.text


@browser
def test_abstention_shows_its_reason_and_the_nearest_passages(origin: str, tmp_path: Path) -> None:
    page = opened(f"{origin}/?q={quote(NOWHERE)}", tmp_path)
    assert page.having("abstention")
    assert "最接近的段落" in page.text
    assert len(page.having("passage")) == 2
    assert not page.having("mark")


@browser
def test_error_is_told_in_words(origin: str, tmp_path: Path) -> None:
    page = opened(f"{origin}/?q={EXPLODES}", tmp_path)
    assert "服务内部出错" in page.text
    assert "secret" not in page.text


@browser
def test_markup_of_a_document_stays_text(origin: str, tmp_path: Path) -> None:
    page = opened(f"{origin}/?q=trap", tmp_path)
    assert HOSTILE in page.text
    assert page.marked == HOSTILE
    assert page.text.strip().startswith("据典 Judian")  # the title, which the trap would change
    assert [own for tag, own in page.tags if tag == "img" and own.get("src") == "x"] == []
    scripts = [own.get("src") for tag, own in page.tags if tag == "script"]
    assert scripts == ["/web/app.js"]


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
