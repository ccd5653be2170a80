"""What is on a page of a PDF, before anything is made of it.

Points (1/72 inch) from the upper left corner of what a reader sees: x to the right, y down. Text of
every direction stands upright here, in a frame of its own.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character where it is printed; a blank has its width too."""

    text: str
    left: float
    right: float
    y: float  # baseline
    size: float  # em, in points
    bold: bool = False
    spaced: bool = False  # PDFium takes the gap before it for a blank
    item: int = 0  # which text object of the page draws it


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line, upright or level: ``x0 <= x1`` and ``y0 <= y1``."""

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class Region:
    """A filled area or a picture."""

    left: float
    top: float
    right: float
    bottom: float

    def holds(self, x: float, y: float) -> bool:
        """Whether the point lies in it."""
        return self.left <= x <= self.right and self.top <= y <= self.bottom

    @property
    def area(self) -> float:
        """Square points."""
        return max(self.right - self.left, 0) * max(self.bottom - self.top, 0)


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is drawn on a page besides text."""

    rules: tuple[Rule, ...] = ()
    fills: tuple[Region, ...] = ()  # areas filled with something other than white
    images: tuple[Region, ...] = ()
    paths: int = 0  # drawn paths; letters turned into outlines are many of them


@dataclass(frozen=True, slots=True)
class PageContent:
    """One page as it is printed."""

    width: float
    height: float
    groups: tuple[tuple[Glyph, ...], ...]  # by direction of writing, the commonest first
    drawing: Drawing
    ocr_layer: bool = False  # its text is an invisible layer over a picture
    unmapped: int = 0  # glyphs that stand for no character anyone could tell
    private: int = 0  # private-use characters kept in the text
    mapped: int = 0  # radicals and compatibility forms put back into their characters
    hidden: tuple[str, ...] = ()  # texts no reader sees
    slanted: tuple[str, ...] = ()  # texts across the page, such as watermarks


@dataclass(frozen=True, slots=True)
class Segment:
    """Characters on one baseline without a wide gap."""

    text: str
    left: float
    right: float
    y: float  # baseline
    size: float
    bold: bool
    lead: float  # width of what cannot be parted from its first character
    table: int = -1  # number of the table that stands here; -1 for words


@dataclass(frozen=True, slots=True)
class Line:
    """A line of print in its column."""

    text: str
    left: float
    right: float
    y: float
    size: float
    bold: bool
    lead: float
    row: bool = False  # cells of a table without rules: never joined with its neighbours
    table: int = -1  # number of the table that stands here; -1 for words


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of one column from top to bottom, or of the page where it has one only."""

    lines: tuple[Line, ...]
    in_columns: bool
