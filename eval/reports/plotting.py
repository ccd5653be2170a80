"""Small charts as inline SVG: a frame with two axes, lines, bars and words.

Positions are shares of the frame, 0 to 1, from its lower left corner. Colours are left to classes
of a style sheet, and no two series differ by colour alone. Names and descriptions are text; what
a chart is made of otherwise is SVG.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from eval.reports.markup import text

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
class Chart:
    """What a chart is called and says, for those who see it and for those who do not."""

    key: str  # part of ids on the page
    title: str
    told: str  # its numbers in words
    legend: tuple[tuple[str, str], ...] = ()  # class and name of each series


def share_axis(label: str, highest: float = 1.0) -> Axis:
    """Return an axis from 0 to ``highest`` with six ticks."""
    marks = tuple((each / 5, f"{each / 5 * highest:.3g}") for each in range(6))
    return Axis(label, marks)


def framed(chart: Chart, x: Axis, y: Axis, drawn: Sequence[str]) -> str:
    """Return the figure of a chart with axes; ``drawn`` lies within them, first at the back."""
    inside = "".join((_grid(y), *drawn, _axes(x, y)))
    return figure(chart, inside, HEIGHT)


def figure(chart: Chart, drawn: str, height: int) -> str:
    """Return a figure with title, description and legend around a drawing."""
    name, key = text(chart.title), f"chart-{chart.key}"
    legend = "".join(f"<li>{_swatch(css)}{text(told)}</li>" for css, told in chart.legend)
    return (
        f'<figure class="chart"><figcaption>{name}</figcaption>'
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img"'
        f' aria-labelledby="{key}-title {key}-told">'
        f'<title id="{key}-title">{name}</title><desc id="{key}-told">{text(chart.told)}</desc>'
        f"{drawn}</svg>"
        + (f'<ul class="legend">{legend}</ul>' if legend else "")
        + f'<p class="told" aria-hidden="true">{text(chart.told)}</p></figure>'
    )


def nothing_to_show(title: str, why: str) -> str:
    """Return a figure that says why there is no chart."""
    return (
        f'<figure class="chart"><figcaption>{text(title)}</figcaption>'
        f'<p class="none">{text(why)}</p></figure>'
    )


def legend_of(series: Sequence[Series]) -> tuple[tuple[str, str], ...]:
    """Return class and name of each series, those of a baseline last."""
    ordered = sorted(series, key=lambda each: "baseline" in each.css)
    return tuple((each.css, each.name) for each in ordered)


def line(series: Series) -> str:
    """Return a series as a path, its points marked where they are few."""
    points = _apart(series.points)
    if not points:
        return ""
    path = [f"M{_at(points[0])}"]
    for (_, low), point in pairwise(points):
        if series.steps:
            path.append(f"L{_at((point[0], low))}")
        path.append(f"L{_at(point)}")
    drawn = f'<path class="line {series.css}" d="{"".join(path)}"/>'
    if len(points) <= MOST_DOTS and not series.steps:
        drawn += "".join(_dot(each, series.css) for each in points)
    return drawn


def guide(start: Point, end: Point) -> str:
    """Return a thin line to compare others with."""
    (x1, y1), (x2, y2) = _units(start), _units(end)
    return f'<line class="guide" x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}"/>'


def bar(left: float, right: float, top: float, css: str) -> str:
    """Return a bar that stands on the frame's lower edge."""
    (x1, y1), (x2, y2) = _units((left, top)), _units((right, 0.0))
    return (
        f'<rect class="bar {css}" x="{x1:g}" y="{y1:g}"'
        f' width="{x2 - x1:.4g}" height="{y2 - y1:.4g}"/>'
    )


def level(left: float, right: float, height: float, css: str) -> str:
    """Return a short level line, such as the top of a bar that is not drawn."""
    return f'<path class="line {css}" d="M{_at((left, height))}L{_at((right, height))}"/>'


def words(point: Point, told: str, anchor: str) -> str:
    """Return words above a point (anchor "middle"), to its right ("start") or left ("end")."""
    x, y = _units(point)
    aside = {"start": 2 * TICK, "end": -2 * TICK}.get(anchor, 0)
    down = y + LETTER / 2 if anchor == "start" else y - TICK
    return f'<text x="{x + aside:g}" y="{down:.4g}" text-anchor="{anchor}">{text(told)}</text>'


def dot(point: Point, css: str) -> str:
    """Return a marked point."""
    return _dot(point, css)


def _axes(x: Axis, y: Axis) -> str:
    drawn = [
        f'<path class="axis" d="M{_at((0, 1))}L{_at((0, 0))}L{_at((1, 0))}"/>',
        f'<text x="{LEFT + FRAME_WIDTH / 2:g}" y="{HEIGHT - TICK}" text-anchor="middle">'
        f"{text(x.label)}</text>",
        f'<text x="{TICK}" y="{LETTER}">{text(y.label)}</text>',
    ]
    for share, told in x.ticks:
        across, down = _units((share, 0.0))
        drawn.append(
            f'<text class="tick" x="{across:g}" y="{down + TICK + LETTER:g}"'
            f' text-anchor="middle">{text(told)}</text>'
        )
    for share, told in y.ticks:
        across, down = _units((0.0, share))
        drawn.append(
            f'<text class="tick" x="{across - TICK:g}" y="{down + LETTER / 3:g}"'
            f' text-anchor="end">{text(told)}</text>'
        )
    return "".join(drawn)


def _grid(y: Axis) -> str:
    lines = "".join(f"M{_at((0, share))}L{_at((1, share))}" for share, _ in y.ticks)
    return f'<path class="grid" d="{lines}"/>'


def _swatch(css: str) -> str:
    return (
        '<svg class="swatch" viewBox="0 0 28 10" aria-hidden="true">'
        f'<path class="line {css}" d="M1 5L27 5"/></svg>'
    )


def _dot(point: Point, css: str) -> str:
    x, y = _units(point)
    if css.startswith("two"):
        side = 2 * DOT
        return (
            f'<rect class="dot {css}" x="{x - DOT:.5g}" y="{y - DOT:.5g}"'
            f' width="{side:g}" height="{side:g}"/>'
        )
    return f'<circle class="dot {css}" cx="{x:g}" cy="{y:g}" r="{DOT}"/>'


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
