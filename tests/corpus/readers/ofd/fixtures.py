"""OFD files made by hand after GB/T 33190-2016: no program here writes them.

Every text object is one line; positions are millimetres from the upper left corner, at the
baseline. Han are as wide as they are high, other characters half of that.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

NAMESPACE = "http://www.ofdspec.org/2016"
WIDTH, HEIGHT = 210.0, 297.0  # A4
MARGIN = 28.0
SIZE = 5.0
LEADING = 9.0


def element(name: str, inner: str = "", **attributes: str) -> str:
    said = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items())
    return f"<ofd:{name}{said}>{inner}</ofd:{name}>"


def root(name: str, inner: str, **attributes: str) -> str:
    said = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items())
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<ofd:{name} xmlns:ofd="{NAMESPACE}"{said}>{inner}</ofd:{name}>'
    )


def width_of(text: str, size: float) -> float:
    wide = sum(unicodedata.east_asian_width(each) in "WFA" for each in text)
    return (wide + 0.5 * (len(text) - wide)) * size


def text_object(
    text: str,
    x: float,
    y: float,
    *,
    size: float = SIZE,
    name: str = "",
    inner: str = "",
    **attributes: str,
) -> str:
    """Return a line whose baseline is at ``y``, with the distances between its characters."""
    advances = [f"{width_of(each, size):g}" for each in text[:-1]]
    code = element("TextCode", escape(text), X="0", Y=f"{size:g}", DeltaX=" ".join(advances))
    box = f"{x:g} {y - size:g} {width_of(text, size):g} {size * 1.2:g}"
    return element(
        "TextObject", inner + code, ID=name, Boundary=box, Font="1", Size=f"{size:g}", **attributes
    )


def rule(x0: float, y0: float, x1: float, y1: float) -> str:
    data = element("AbbreviatedData", f"M {x0:g} {y0:g} L {x1:g} {y1:g}")
    return element("PathObject", data, Boundary="0 0 210 297", Stroke="true", LineWidth="0.3")


def picture(x: float, y: float, width: float, height: float) -> str:
    return element("ImageObject", Boundary=f"{x} {y} {width} {height}", ResourceID="9")


def page_xml(objects: str, *, template: str = "", layer: str = "Body") -> str:
    used = element("Template", TemplateID=template, ZOrder="Background") if template else ""
    return root("Page", used + element("Content", element("Layer", objects, Type=layer)))


@dataclass
class Ofd:
    """A file as it is put together; ``bytes()`` gives it."""

    pages: list[str] = field(default_factory=list)  # objects of each page
    title: str = ""
    template: str = ""  # objects of a template that every page uses
    outlines: Sequence[tuple[str, int]] = ()  # title, page from 0
    tags: Mapping[str, Sequence[str]] = field(default_factory=dict)
    more: Mapping[str, str] = field(default_factory=dict)  # parts, as they are
    document: str = ""  # what else Document.xml holds
    absolute: bool = False  # locations count from the root

    def bytes(self) -> bytes:
        """Return the package."""
        base = "/Doc_0/" if self.absolute else ""
        pages = "".join(
            element("Page", ID=str(100 + at), BaseLoc=f"{base}Pages/Page_{at}/Content.xml")
            for at in range(len(self.pages))
        )
        template = element("TemplatePage", ID="7", BaseLoc=f"{base}Tpls/T/Content.xml")
        common = element("PageArea", element("PhysicalBox", f"0 0 {WIDTH:g} {HEIGHT:g}"))
        common += template if self.template else ""
        outlines = "".join(
            element(
                "OutlineElem",
                element(
                    "Actions",
                    element("Action", element("Goto", element("Dest", PageID=str(100 + page)))),
                ),
                Title=title,
            )
            for title, page in self.outlines
        )
        inner = element("CommonData", common) + element("Pages", pages)
        inner += element("Outlines", outlines) if outlines else ""
        inner += element("CustomTags", "Tags/CustomTags.xml") if self.tags else ""
        info = element("DocInfo", element("DocID", "0" * 32) + element("Title", escape(self.title)))
        body = element("DocBody", info + element("DocRoot", "Doc_0/Document.xml"))
        parts = {
            "OFD.xml": root("OFD", body, DocType="OFD", Version="1.0"),
            "Doc_0/Document.xml": root("Document", inner + self.document),
        }
        for at, objects in enumerate(self.pages):
            parts[f"Doc_0/Pages/Page_{at}/Content.xml"] = page_xml(
                objects, template="7" if self.template else ""
            )
        if self.template:
            parts["Doc_0/Tpls/T/Content.xml"] = page_xml(self.template)
        if self.tags:
            tag = element("CustomTag", element("FileLoc", "CustomTag.xml"), NameSpace="x")
            tagged = ""
            for name, ids in self.tags.items():
                named = (element("ObjectRef", each, PageRef="100") for each in ids)
                tagged += f"<{name}>{''.join(named)}</{name}>"
            parts["Doc_0/Tags/CustomTags.xml"] = root("CustomTags", tag)
            parts["Doc_0/Tags/CustomTag.xml"] = root("公文", tagged)
        return zipped(parts | dict(self.more))


def zipped(parts: Mapping[str, str]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return made.getvalue()


def set_pages(paragraphs: Sequence[str], *, lines: int = 24) -> list[str]:
    """Return the objects of pages on which paragraphs are set as official documents are.

    28 Han a line, the first line set in by two; a line beginning with # is a centred title.
    """
    rows: list[str] = []
    across = int((WIDTH - 2 * MARGIN) / SIZE)
    for paragraph in paragraphs:
        if paragraph.startswith("#"):
            rows.append(paragraph)
            continue
        line, left = "　　", across - 2.0
        for word in re.findall(r"[!-~]+|.", paragraph):  # no line ends within a Latin word
            taken = width_of(word, 1)
            if taken > left:
                rows.append(line)
                line, left = "", float(across)
            line, left = line + word, left - taken
        rows.append(line)
    pages: list[str] = []
    for first in range(0, len(rows), lines):
        objects = ""
        for at, row in enumerate(rows[first : first + lines]):
            y = 45 + at * LEADING
            if row.startswith("#"):
                text = row.lstrip("# ")
                size = min(8.0, (WIDTH - 2 * MARGIN) / width_of(text, 1))
                x = (WIDTH - width_of(text, size)) / 2
                objects += text_object(text, x, y, size=size)
            else:
                text = row.lstrip("　")
                objects += text_object(text, MARGIN + (len(row) - len(text)) * SIZE, y)
        pages.append(objects)
    return pages
