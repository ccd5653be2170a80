"""CommonMark with tables, and what its inline tokens show."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.reference import reference
from markdown_it.rules_inline import StateInline, emphasis
from markdown_it.token import Token

from corpus.errors import UnreadableSource
from corpus.legal.structure import division
from corpus.messages.message import Message
from corpus.readers.markdown.inline_html import inline_tag

# markdown-it leaves out what is nested deeper than this, so a text that comes near is refused.
MAX_NESTING = 100

_CJK = (
    "[\u2e80-\u312f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef"
    "\u2014\u2018\u2019\u201c\u201d\u2026\U00020000-\U0003ffff]"
)
_CJK_PUNCTUATION = re.compile("[—…‘’“”、。〈-】〔-〛！（），．：；？]")
_OPENING_MARKS = "《〈“‘「『【〔"
_LONGEST_MARK = 3  # asterisks: *** is strong and italic; more hide digits or fill a line
_SOFT = "\x00"  # stands for a soft line break; the parser lets no NUL through
_CJK_BREAK = re.compile(rf"(?<={_CJK})[ \t]*{_SOFT}[ \t]*(?={_CJK})")
_OTHER_BREAK = re.compile(rf"[ \t]*{_SOFT}[ \t]*")
_DIVISIONS = frozenset({"编", "分编", "章", "节", "条"})

# "[注]: 本法所称" and "[^1]: 参见" look like link targets, which no page shows, but are text: only
# what looks like an address makes a target.
_LINK_TARGET = re.compile(
    r"[ \t]*\[(?!\^)[^\]\n]+\]:[ \t]*(?:<|/|\.|\#|mailto:|[\x21-\x7e]*?(?:://|[./]\w))"
)


def _addressed_reference(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """markdown-it's rule for link targets, for those that have an address."""
    line = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]]
    return _LINK_TARGET.match(line) is not None and reference(state, start, end, silent)


def _emphasis(state: StateInline, silent: bool) -> bool:
    """markdown-it's rule for emphasis, with asterisks as writers of Chinese mean them.

    By CommonMark the marks of ``**注意：**文字`` and ``按**《办法》**办`` close and open nothing:
    punctuation stands on one side and a letter on the other. Scripts that set no spaces need more,
    https://github.com/tats-u/markdown-cjk-friendly; less is done here, since ``张**（男）、李**``
    hides names: a mark opens ahead of a title or quotation alone, and single asterisks stay. And
    ``5*3*2`` and ``138****1234`` are no emphasis at all, though by CommonMark they are.
    """
    start, known = state.pos, len(state.delimiters)
    if not emphasis.tokenize(state, silent):
        return False
    added, before, after = state.delimiters[known:], state.src[max(start - 1, 0)], ""
    if state.src[start] != "*" or not added:
        return True
    if state.pos < state.posMax:
        after = state.src[state.pos]
    literal = len(added) > _LONGEST_MARK or (start > 0 and before.isdigit() and after.isdigit())
    paired = len(added) > 1
    opens = paired and after != "" and after in _OPENING_MARKS
    closes = paired and start > 0 and _CJK_PUNCTUATION.match(before) is not None
    for delimiter in added:
        delimiter.open = not literal and (delimiter.open or opens)
        delimiter.close = not literal and (delimiter.close or closes)
    return True


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True, "maxNesting": MAX_NESTING})
    parser.block.ruler.at("reference", _addressed_reference)
    parser.inline.ruler.at("emphasis", _emphasis)
    return parser.enable(["table", "strikethrough"])


def parse(source: str) -> list[Token]:
    """Return the block tokens of the source; raises UnreadableSource when nested too deep."""
    tokens = _parser().parse(source)
    if any(token.type == "html_block" and _unclosed(token.content) for token in tokens):
        # A comment never closed would hide all that follows it: it is shown instead.
        cut = source.rfind("-->") + 1
        tokens = _parser().parse(source[:cut] + source[cut:].replace("<!--", "\\<!--"))
    if any(token.level >= MAX_NESTING - 1 for token in tokens):
        raise UnreadableSource(Message("reader.markdown_nested", limit=MAX_NESTING))
    return tokens


def _unclosed(markup: str) -> bool:
    return markup.lstrip().startswith("<!--") and "-->" not in markup


def parse_inline(source: str) -> str:
    """Return the visible text of a piece of inline Markdown."""
    return inline_text(_parser().parseInline(source)[0].children or [])


def inline_text(children: Sequence[Token]) -> str:
    """Return what inline tokens show: hard breaks are line feeds, soft ones joined or a space."""
    shown = _raw_text(children)
    before, *lines = shown.split(_SOFT)
    # A law is often written an article a line, with no blank line between them.
    shown = before + "".join(("\n" if _opens(line) else _SOFT) + line for line in lines)
    shown = _OTHER_BREAK.sub(" ", _CJK_BREAK.sub("", shown))
    return "\n".join(line.strip() for line in shown.split("\n"))


def _opens(line: str) -> bool:
    """Whether a line opens an article or a chapter, and so goes on with nothing before it."""
    opened = division(line.strip())
    return opened is not None and opened.kind in _DIVISIONS


def _raw_text(children: Sequence[Token]) -> str:
    parts: list[str] = []
    links: list[tuple[int, str]] = []  # where each open link's label begins, and its target
    for token in children:
        if token.type == "softbreak":
            parts.append(_SOFT)
        elif token.type == "hardbreak":
            parts.append("\n")
        elif token.type == "html_inline":
            parts.append(inline_tag(token.content))
        elif token.type == "image":
            parts.append(_raw_text(token.children or []))
        elif token.type == "link_open":
            links.append((len(parts), str(token.attrGet("href") or "")))
        elif token.type == "link_close":
            start, target = links.pop()
            if not "".join(parts[start:]).strip():
                parts.append(target)  # a link without a label shows nothing but its target
        else:
            parts.append(token.content)
    return "".join(parts)
