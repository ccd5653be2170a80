"""Records that hold one article of a law, titled by both: 中华人民共和国商标法 第六十四条."""

from __future__ import annotations

import re
from functools import lru_cache

from corpus.legal.addresses import Step
from corpus.legal.instrument_names import folded_name, is_rule
from corpus.legal.structure import division

_TITLE = re.compile(r"(?P<law>\S.*?)[\s　·,，:：-]*(?P<article>第[^第]{1,16})$")


@lru_cache(maxsize=1 << 17)  # each title of a library is asked for several times
def split_article(title: str) -> tuple[str, Step | None]:
    """Return a law's name and the article that a title names behind it; else the title, None."""
    found = _TITLE.fullmatch(title.strip())
    opened = division(found["article"].strip()) if found is not None else None
    if found is None or opened is None or opened.kind != "条" or not opened.number:
        return title, None
    whole = opened.marker_end == len(found["article"].strip())
    if not whole or not is_rule(folded_name(found["law"])):
        return title, None
    return found["law"], Step("条", opened.number, opened.branch)
