"""The keys of facts, as people name them in either language, and their values in one form."""

from __future__ import annotations

import re
from collections.abc import Mapping

from corpus.text.dates import parse_date
from corpus.text.document_numbers import find_number
from corpus.types import Value

_KEYS = {
    "title": "标题 题名 名称",
    "number": "文号 发文字号 发文文号 文件编号 document_number",
    "issuer": "发文机关 制定机关 发布机关 发布机构 发文单位 颁布机关 公布机关"
    " issued_by authority publisher",
    "issued": "成文日期 发布日期 公布日期 印发日期 通过日期 发文日期 修订日期 date published",
    "effective": "施行日期 生效日期 实施日期 effective_date in_force",
    "repealed": "废止日期 失效日期 repealed_on expired",
    "status": "时效性 状态 有效性 效力状态",
    "collection": "文集 专题 类别",
    "tags": "标签 关键词 主题词 tag keywords",
    "aliases": "简称 别名 alias",
    "instrument": "法规",
    "part": "部分",
    "repeals": "废止",
    "language": "语言 lang",
}
STANDARD = frozenset((*_KEYS, "enacted"))
DATES = frozenset(("issued", "effective", "repealed", "enacted"))
SEVERAL = frozenset(("tags", "aliases", "repeals"))
_BY_NAME = {name: key for key, names in _KEYS.items() for name in (key, *names.split())}

_STATUS = (
    (re.compile(r"废止|失效|repealed|expired", re.IGNORECASE), "repealed"),
    (re.compile(r"尚未|未生效|not yet", re.IGNORECASE), "not_yet"),
    (re.compile(r"有效|in.force|current|valid", re.IGNORECASE), "in_force"),
)


def normalised(said: Mapping[str, Value]) -> dict[str, Value]:
    """Return facts under their standard keys, dates as ISO 8601, numbers in their one form."""
    result: dict[str, Value] = {}
    for name, value in said.items():
        key = _BY_NAME.get(name.strip().lower().replace(" ", "_").replace("-", "_"), name.strip())
        if value in ("", ()):
            continue
        kept, settled = _settled(key, value)
        result.setdefault(kept, settled)
    return result


def _settled(key: str, value: Value) -> tuple[str, Value]:
    if key in SEVERAL:
        return key, _several(value)
    text = value if isinstance(value, str) else "、".join(value)
    if key in DATES:
        iso = parse_date(text)
        return (key, iso) if iso else (f"{key} text", text)
    if key == "number":
        return key, find_number(text) or text
    if key == "status":
        return key, next((word for pattern, word in _STATUS if pattern.search(text)), text)
    return key, value if key not in STANDARD else text


def _several(value: Value) -> tuple[str, ...]:
    if not isinstance(value, str):
        return tuple(one.strip() for one in value if one.strip())
    parts = re.split(r"[、，,;；\n]", value.strip().strip("[]"))
    return tuple(part.strip().strip("\"'") for part in parts if part.strip().strip("\"'"))
