"""Reports from templates: whatever is put into one shows as text, and can be nothing else.

The templates stand in ``templates``. Only what they write themselves is HTML or Markdown: each
value is made clean and escaped where it is put in, without the template having to say so.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from eval.comparison.resampling import TOLERATED
from eval.reports.formatting import ALPHA, chance, clean, cut, number, signed

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).with_name("templates")
_MARKDOWN = re.compile(r"([\\`*_\[\]|~#<>!&$])")


def rendered(template: str, **values: object) -> str:
    """Return a template, filled in: one that ends in ``.md.jinja`` as Markdown, others as HTML."""
    return _environment(template.endswith(".md.jinja")).get_template(template).render(values)


def plain(text: str) -> str:
    """Return a text on one line that Markdown shows as it is."""
    return _MARKDOWN.sub(r"\\\1", " ".join(clean(text).split()))


@cache
def _environment(markdown: bool) -> Environment:
    import jinja2
    from markupsafe import Markup

    def as_text(value: object) -> object:
        """Return a value as the text that it is; what a template made passes."""
        if isinstance(value, Markup | jinja2.Undefined):
            return value
        return Markup(plain(str(value))) if markdown else cut(value)

    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        finalize=as_text,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {"number": number, "signed": signed, "chance": chance}
    made.globals |= {"ALPHA": ALPHA, "TOLERATED": TOLERATED}
    return made
