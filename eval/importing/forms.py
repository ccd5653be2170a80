"""Sets of other forms become questions, and the texts they bring become documents."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from eval.errors import BadSet
from eval.importing.beir_form import import_beir, looks_like_beir
from eval.importing.common import Imported, SourceText, bytes_of
from eval.importing.csv_form import import_csv, looks_like_csv, table_text
from eval.importing.rgb_form import import_rgb, looks_like_rgb
from eval.importing.squad_form import import_squad, looks_like_squad

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
        raise BadSet(f"{path}: 只有 beir 有 split。 Only beir has splits, not {form}.")
    if form not in _READERS:
        raise BadSet(f"没有 {form} 这种形式。 No such form: {form}. {_known()}")
    if path.is_dir():
        raise BadSet(f"{path}: {form} 是一个文件，这里是文件夹。 {form} is a file, not a folder.")
    return _READERS[form](path)


def form_of(path: Path) -> str:
    """Return the one form that a file or folder has. Raises BadSet for none, and for doubt."""
    if path.is_dir():
        found = ["beir"] if looks_like_beir(path) else []
    else:
        found = _forms_of_text(_text(path), path)
    if len(found) != 1:
        seen = f"，可能是 {'、'.join(found)}" if found else ""
        raise BadSet(
            f"{path}: 看不出是哪种形式{seen}，请用 --form 指明。"
            f" Its form is not clear: name it by --form. {_known()}"
        )
    return found[0]


def _forms_of_text(text: str, path: Path) -> list[str]:
    first = _value(text.lstrip().split("\n", 1)[0])
    if isinstance(first, dict) and {"id", "question"} <= first.keys():
        raise BadSet(f"{path}: 已经是问题集，不用导入。 This is a set already: use it as it is.")
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


def _known() -> str:
    return f"已知 known: {', '.join(FORMS)}"
