"""Sets of other forms become questions, and the texts they bring become documents."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from corpus.messages.message import Message
from eval.errors import BadSet
from eval.importing.beir_form import import_beir, looks_like_beir
from eval.importing.common import Imported, SourceText
from eval.importing.csv_form import import_csv, looks_like_csv, table_text
from eval.importing.rgb_form import import_rgb, looks_like_rgb
from eval.importing.squad_form import import_squad, looks_like_squad
from eval.sets.json_lines import bytes_of

__all__ = ["FORMS", "Imported", "SourceText", "form_of", "import_set"]

_READERS: dict[str, Callable[[Path], Imported]] = {
    "squad": import_squad,
    "rgb": import_rgb,
    "csv": import_csv,
}
FORMS = ("beir", *_READERS)


def import_set(path: Path, form: str | None = None, *, split: str | None = None) -> Imported:
    """Return what a file or folder holds; without ``form`` it is recognised by its content.

    ``split`` is one of BEIR's: train, dev, test. Raises BadSet with file and line.
    """
    form = form_of(path) if form is None else form
    if form == "beir":
        return import_beir(path, split)
    if split is not None:
        raise BadSet(Message("eval.only_beir_has_splits", path=path, form=form))
    if form not in _READERS:
        raise BadSet(Message("eval.no_such_form", form=form, known=FORMS))
    if path.is_dir():
        raise BadSet(Message("eval.form_is_a_file", path=path, form=form))
    return _READERS[form](path)


def form_of(path: Path) -> str:
    """Return the one form that a file or folder has. Raises BadSet for none, and for doubt."""
    if path.is_dir():
        found = ["beir"] if looks_like_beir(path) else []
    else:
        found = _forms_of_text(_text(path), path)
    if not found:
        raise BadSet(Message("eval.form_unclear", path=path, known=FORMS))
    if len(found) > 1:
        raise BadSet(Message("eval.form_in_doubt", path=path, seen=found, known=FORMS))
    return found[0]


def _forms_of_text(text: str, path: Path) -> list[str]:
    first = _value(text.lstrip().split("\n", 1)[0])
    if isinstance(first, dict) and {"id", "question"} <= first.keys():
        raise BadSet(Message("eval.set_already", path=path))
    whole = first if first is not None else _value(text)
    table = not isinstance(whole, dict | list)  # a header of one quoted column is JSON too
    signs = {
        "squad": looks_like_squad(whole),
        "rgb": looks_like_rgb(first),
        "csv": table and looks_like_csv(text),
    }
    return [form for form, fits in signs.items() if fits]


def _text(path: Path) -> str:
    """Return a file's text as tables are read, which is the widest way."""
    return table_text(bytes_of(path), path)[0]


def _value(text: str) -> object:
    try:
        found: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found
