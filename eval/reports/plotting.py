"""Small charts as inline SVG: a frame with two axes, lines, bars and words.

Positions are shares of the frame, 0 to 1, from its lower left corner. Colours are left to classes
of a style sheet, and no two series differ by colour alone. ``chart.html.jinja`` writes them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

WIDTH, HEIGHT = 420, 280  # of the drawing, in its own units; it grows and shrinks with the page
LEFT, RIGHT, TOP, BOTTOM = 44, 16, 28, 44  # beside the frame
FRAME_WIDTH, FRAME_HEIGHT = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
TICK = 4  # a tick's length; also how far words keep from what they stand beside
LETTER = 12  # height of letters
DOT = 3.2  # radius
MOST_DOTS = 30  # points of a line that are marked one by one
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Axis:
    """What an axis shows, and its ticks: where, and how they read."""

    label: str
    ticks: tuple[tuple[float, str], ...]


@dataclass(frozen=True, slots=True)
class Series:
    """A line through points, named in the legend."""

    name: str
    points: tuple[Point, ...]
    css: str  # "one" or "two"; with " baseline": dashed and paler
    steps: bool = False  # it keeps its height until the next point


@dataclass(frozen=True, slots=True)
class Mark:
    """Something drawn: an element of SVG."""

    tag: str
    attributes: Mapping[str, object]
    told: str = ""  # the text in it


@dataclass(frozen=True, slots=True)
class Chart:
    """What a chart is called and says, for those who see it and for those who do not.

    Without marks there is nothing to show, and ``told`` says why.
    """

    key: str  # part of ids on the page
    title: str
    told: str  # its numbers in words
    marks: Sequence[Mark] = ()  # the first at the back
    legend: tuple[tuple[str, str], ...] = ()  # class and name of each series
    height: int = HEIGHT
    width: int = WIDTH


def share_axis(label: str, highest: float = 1.0) -> Axis:
    """Return an axis from 0 to ``highest`` with six ticks."""
    marks = tuple((each / 5, f"{each / 5 * highest:.3g}") for each in range(6))
    return Axis(label, marks)


def framed(x: Axis, y: Axis, drawn: Sequence[Mark]) -> list[Mark]:
    """Return what lies within a frame with the frame's axes and grid."""
    grid = "".join(f"M{_at((0, share))}L{_at((1, share))}" for share, _ in y.ticks)
    return [Mark("path", {"class": "grid", "d": grid}), *drawn, *_axes(x, y)]


def legend_of(series: Sequence[Series]) -> tuple[tuple[str, str], ...]:
    """Return class and name of each series, those of a baseline last."""
    ordered = sorted(series, key=lambda each: "baseline" in each.css)
    return tuple((each.css, each.name) for each in ordered)


def line(series: Series) -> list[Mark]:
    """Return a series as a path, its points marked where they are few."""
    points = _apart(series.points)
    if not points:
        return []
    path = [f"M{_at(points[0])}"]
    for (_, low), point in pairwise(points):
        if series.steps:
            path.append(f"L{_at((point[0], low))}")
        path.append(f"L{_at(point)}")
    drawn = [Mark("path", {"class": f"line {series.css}", "d": "".join(path)})]
    few = len(points) <= MOST_DOTS and not series.steps
    return [*drawn, *(dot(each, series.css) for each in points if few)]


def guide(start: Point, end: Point) -> Mark:
    """Return a thin line to compare others with."""
    return Mark("path", {"class": "guide", "d": f"M{_at(start)}L{_at(end)}"})


def bar(left: float, right: float, top: float, css: str) -> Mark:
    """Return a bar that stands on the frame's lower edge."""
    (x1, y1), (x2, y2) = _units((left, top)), _units((right, 0.0))
    return box(f"bar {css}", x1, y1, x2 - x1, y2 - y1)


def box(css: str, x: float, y: float, width: float, height: float) -> Mark:
    """Return a rectangle, in the drawing's own units."""
    sides = {"x": x, "y": y, "width": width, "height": height}
    return Mark("rect", {"class": css} | {name: f"{side:.5g}" for name, side in sides.items()})


def level(left: float, right: float, height: float, css: str) -> Mark:
    """Return a short level line, such as the top of a bar that is not drawn."""
    path = f"M{_at((left, height))}L{_at((right, height))}"
    return Mark("path", {"class": f"line {css}", "d": path})


def words(point: Point, told: str, anchor: str) -> Mark:
    """Return words above a point (anchor "middle"), to its right ("start") or left ("end")."""
    x, y = _units(point)
    aside = {"start": 2 * TICK, "end": -2 * TICK}.get(anchor, 0)
    return letters(x + aside, y + LETTER / 2 if anchor == "start" else y - TICK, told, anchor)


def letters(x: float, y: float, told: str, anchor: str = "start", css: str | None = None) -> Mark:
    """Return words at a place, in the drawing's own units."""
    place = {"class": css, "x": f"{x:.5g}", "y": f"{y:.5g}", "text-anchor": anchor}
    return Mark("text", place, told)


def dot(point: Point, css: str) -> Mark:
    """Return a marked point: round, or square in the second series."""
    x, y = _units(point)
    if css.startswith("two"):
        return box(f"dot {css}", x - DOT, y - DOT, 2 * DOT, 2 * DOT)
    return Mark("circle", {"class": f"dot {css}", "cx": f"{x:g}", "cy": f"{y:g}", "r": DOT})


def _axes(x: Axis, y: Axis) -> list[Mark]:
    drawn = [
        Mark("path", {"class": "axis", "d": f"M{_at((0, 1))}L{_at((0, 0))}L{_at((1, 0))}"}),
        letters(LEFT + FRAME_WIDTH / 2, HEIGHT - TICK, x.label, "middle"),
        letters(TICK, LETTER, y.label),
    ]
    for share, told in x.ticks:
        across, down = _units((share, 0.0))
        drawn.append(letters(across, down + TICK + LETTER, told, "middle", "tick"))
    for share, told in y.ticks:
        across, down = _units((0.0, share))
        drawn.append(letters(across - TICK, down + LETTER / 3, told, "end", "tick"))
    return drawn


def _apart(points: Sequence[Point]) -> list[Point]:
    """Return the points without those that would be drawn at the place of the one before."""
    kept: list[Point] = []
    for point in points:
        if not kept or _at(point) != _at(kept[-1]):
            kept.append(point)
    return kept


def _units(point: Point) -> Point:
    x, y = (min(max(each, 0.0), 1.0) for each in point)
    return round(LEFT + x * FRAME_WIDTH, 1), round(TOP + (1 - y) * FRAME_HEIGHT, 1)


def _at(point: Point) -> str:
    x, y = _units(point)
    return f"{x:g} {y:g}"
