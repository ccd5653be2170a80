"""What of a web page is not in its text, in words for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from corpus.readers.html.main_content import MainPart
from corpus.readers.reader import counted_notes

_AROUND = {
    "navigation": "导航 navigation",
    "header": "页眉 header",
    "footer": "页脚 footer",
    "aside": "侧栏 aside",
    "share": "分享和打印 share and print",
    "related": "相关链接 related",
    "other": "其他 other",
}
_UNSEEN: dict[str, tuple[str, str]] = {
    "hidden": ("隐藏的 {} 个字未收入", "{} hidden characters left out"),
    "struck": ("划去的 {} 个字未收入", "{} struck-out characters left out"),
    "ruby": ("注音 {} 个字未收入", "{} characters of ruby left out"),
    "controls": ("表单里的 {} 个字未收入", "{} characters of form controls left out"),
    "embedded": (
        "内嵌的 {} 个页面、图形或影音未收入",
        "{} embedded pages, drawings or media left out",
    ),
}
_TOLD_PICTURES = 3
_TOLD_LENGTH = 30


def notes_of(
    main: MainPart, unseen: Mapping[str, int], pictures: Sequence[str], controls: int
) -> tuple[str, ...]:
    """Return a note for each kind of thing left out; () where all of the page is in the text."""
    around = Counter(main.left_out)
    around["share"] += controls
    notes: list[str] = []
    total = sum(count for count in around.values() if count > 0)
    if total:
        kinds = "，".join(
            f"{name} {around[kind]:,}" for kind, name in _AROUND.items() if around[kind] > 0
        )
        notes.append(
            f"正文以外的 {total:,} 个字未收入 / "
            f"{total:,} characters around the main part left out: {kinds}"
        )
    if not main.clear:
        notes.append(
            "看不出哪一块是正文，全部可见的文字都已收入 / "
            "no part of the page is clearly the main one: all that is visible is in the text"
        )
    notes.extend(counted_notes(_UNSEEN, unseen))
    if pictures:
        notes.append(_of_pictures(pictures))
    return tuple(notes)


def _of_pictures(pictures: Sequence[str]) -> str:
    said = [text[:_TOLD_LENGTH] for text in pictures if text]
    told = "、".join(said[:_TOLD_PICTURES]) + ("…" if len(said) > _TOLD_PICTURES else "")
    return (
        f"{len(pictures)} 张图片里的文字未收入 / the words in {len(pictures)} pictures left out"
        + (f": {told}" if told else "")
    )
