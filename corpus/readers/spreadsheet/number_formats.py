"""Numbers of a spreadsheet as its cells show them: 12.50%, 1,234, 2023-03-05, 二〇二三年.

Format codes: ECMA-376 part 1, 18.8.30 and 18.8.31.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation

from corpus.readers.spreadsheet.serial_dates import date_text, is_date_code

GENERAL = "General"

# Codes that files name by number only (zh-CN). 14 and 22 are shown as the system has it: here ISO.
BUILT_IN: dict[int, str] = {
    0: GENERAL,
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    5: '"¥"#,##0;"¥"-#,##0',
    6: '"¥"#,##0;"¥"-#,##0',
    7: '"¥"#,##0.00;"¥"-#,##0.00',
    8: '"¥"#,##0.00;"¥"-#,##0.00',
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    14: "yyyy-mm-dd",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "yyyy-mm-dd hh:mm",
    27: 'yyyy"年"m"月"',
    28: 'm"月"d"日"',
    29: 'm"月"d"日"',
    30: "yyyy-mm-dd",
    31: 'yyyy"年"m"月"d"日"',
    32: 'h"时"mm"分"',
    33: 'h"时"mm"分"ss"秒"',
    34: '上午/下午h"时"mm"分"',
    35: '上午/下午h"时"mm"分"ss"秒"',
    36: 'yyyy"年"m"月"',
    37: "#,##0;-#,##0",
    38: "#,##0;-#,##0",
    39: "#,##0.00;-#,##0.00",
    40: "#,##0.00;-#,##0.00",
    41: "#,##0;-#,##0;-",
    42: '"¥"#,##0;"¥"-#,##0;"¥"-',
    43: "#,##0.00;-#,##0.00;-",
    44: '"¥"#,##0.00;"¥"-#,##0.00;"¥"-',
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss.0",
    48: "##0.0E+0",
    49: "@",
    50: 'yyyy"年"m"月"',
    51: 'm"月"d"日"',
    52: 'yyyy"年"m"月"',
    53: 'm"月"d"日"',
    54: 'm"月"d"日"',
    55: '上午/下午h"时"mm"分"',
    56: '上午/下午h"时"mm"分"ss"秒"',
    57: 'yyyy"年"m"月"',
    58: 'm"月"d"日"',
}

_DIGITS = 15  # that a spreadsheet's numbers have; what a file says beyond them is noise of doubles
_LONGEST = 400  # characters of a number written out, and of a format code

_SECTION_END = re.compile(r'("[^"]*"?|\\.|_.|\*.|\[[^\]]*\]?|[^;])*', re.DOTALL)
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|_.(?P<gap>)|\*.(?P<fill>)|\[(?P<bracket>[^\]]*)\]?'
    r"|(?P<exponent>[Ee][+-])|(?P<digit>[0#?])|(?P<point>\.)|(?P<comma>,)|(?P<percent>%)"
    r"|(?P<general>General|G/通用格式)|(?P<plain>.)",
    re.DOTALL | re.IGNORECASE,
)
_CURRENCY = re.compile(r"\$([^-]*)(?:-.*)?")
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?[0-9.]+)\]")


def shown(stated: str, code: str, *, since_1904: bool = False) -> str:
    """Return what a cell shows of a number stated as in the file, under a format code.

    A number whose code is of no kind known here is shown as General shows it, but with all its
    digits: identity numbers never end in E+17. What is no number comes back as it is.
    """
    try:
        value = Decimal(stated.strip())
    except InvalidOperation:
        return stated
    if not value.is_finite() or abs(value.adjusted()) > _LONGEST:
        return stated
    section, magnitude, signed = _section(code[:_LONGEST], value)
    if is_date_code(section):
        return date_text(value, section, since_1904=since_1904) or general(value)
    picture = _picture(section)
    if picture is None:
        return general(value)
    text = picture.write(magnitude)
    return f"-{text}" if signed and re.search("[1-9]", text) else text


def general(value: Decimal) -> str:
    """Return a number plainly, in the fifteen digits that are certain; whole ones in all theirs."""
    if value != value.to_integral_value():
        value = Context(prec=_DIGITS, rounding=ROUND_HALF_UP).plus(value)
    text = f"{value or abs(value):f}"  # no minus before a zero
    return text.rstrip("0").rstrip(".") if "." in text else text


def _section(code: str, value: Decimal) -> tuple[str, Decimal, bool]:
    """Return the section that applies, the number it shows, and whether a minus is due."""
    sections = _sections(code)
    conditions = [_CONDITION.search(section) for section in sections[:2]]
    if any(conditions):
        for section, condition in zip(sections, conditions, strict=False):
            if condition is None or _holds(value, condition):
                return section, abs(value), value < 0
        return sections[min(len(conditions), len(sections) - 1)], abs(value), value < 0
    if len(sections) > 2 and value == 0:
        return sections[2], value, False
    if len(sections) > 1 and value < 0:
        return sections[1], -value, False  # the section says itself how it shows a minus
    return sections[0], abs(value), value < 0


def _sections(code: str) -> list[str]:
    found: list[str] = []
    at = 0
    while at <= len(code):
        section = _SECTION_END.match(code, at)
        end = section.end() if section else len(code)
        found.append(code[at:end])
        at = end + 1
    return found[:3] or [GENERAL]


def _holds(value: Decimal, condition: re.Match[str]) -> bool:
    try:
        limit = Decimal(condition[2])
    except InvalidOperation:
        return False
    return {
        "<": value < limit,
        "<=": value <= limit,
        ">": value > limit,
        ">=": value >= limit,
        "=": value == limit,
        "<>": value != limit,
    }[condition[1]]


@dataclass(frozen=True, slots=True)
class _Picture:
    """How a section shows a number: text around and between places for digits."""

    whole: tuple[str, ...]  # "0", "#", "?" are places; "=..." is text
    fraction: tuple[str, ...]
    behind: str
    grouped: bool
    scale: int  # power of ten the number is shown in, e.g. 2 for percent, -3 for thousands
    exponent: int | None  # fewest digits of the exponent; None without one
    plus: bool  # the exponent shows its plus

    def write(self, value: Decimal) -> str:
        """Return the number, never negative, as shown."""
        value = value.scaleb(self.scale)
        power = 0
        if self.exponent is not None and value:
            power = value.adjusted() - max(_places(self.whole) - 1, 0)
            value = value.scaleb(-power)
        places = _places(self.fraction)
        wide = Context(prec=_LONGEST * 3, rounding=ROUND_HALF_UP)
        if value.adjusted() >= -_LONGEST:
            value = Context(prec=max(_DIGITS, value.adjusted() + 1), rounding=ROUND_HALF_UP).plus(
                value
            )
        digits = f"{value.quantize(Decimal(1).scaleb(-places), context=wide):f}"
        whole, _, fraction = digits.partition(".")
        text = _whole(self.whole, whole.lstrip("0"), self.grouped) + _fraction(
            self.fraction, fraction
        )
        if self.exponent is not None:
            sign = "-" if power < 0 else "+" if self.plus else ""
            text += f"E{sign}{abs(power):0{self.exponent}d}"
        return (text + self.behind).strip()


def _places(parts: tuple[str, ...]) -> int:
    return sum(part in "0#?" for part in parts)


def _whole(parts: tuple[str, ...], digits: str, grouped: bool) -> str:
    """Fill the places ahead of the point from the right; the first takes all digits left over."""
    left = _places(parts)
    shown: list[str] = []
    count = 0
    for part in reversed(parts):
        if part not in "0#?":
            shown.append(part[1:])
            continue
        left -= 1
        taken = digits if left == 0 else digits[-1:]
        digits = digits[: len(digits) - len(taken)]
        for digit in reversed(taken or ("0" if part == "0" else "")):
            if grouped and count and count % 3 == 0:
                shown.append(",")
            shown.append(digit)
            count += 1
    return "".join(reversed(shown))


def _fraction(parts: tuple[str, ...], digits: str) -> str:
    """Fill the places behind the point from the left; # leaves out zeros at the end."""
    needed = max((at + 1 for at, part in enumerate(_only_places(parts)) if part == "0"), default=0)
    kept = digits[:needed] + digits[needed:].rstrip("0")
    text = ""
    at = 0
    for part in parts:
        if part in "0#?":
            text += kept[at : at + 1]
            at += 1
        elif part == "=.":
            text += "." if kept or needed else ""
        else:
            text += part[1:]
    return text


def _only_places(parts: tuple[str, ...]) -> list[str]:
    return [part for part in parts if part in "0#?"]


def _picture(section: str) -> _Picture | None:
    """Return what a section of a code says; None for General, fractions and what is not known."""
    whole: list[str] = []
    fraction: list[str] = []
    parts = whole
    grouped, scale, exponent, plus = False, 0, None, False
    behind = ""
    pending = 0  # commas since the last place for a digit
    for token in _TOKEN.finditer(section):
        kind, text = _token(token)
        if kind == "general" or (kind == "bracket" and text is None) or token[0] == "/":
            return None
        if kind == "digit" and exponent is not None:
            exponent += 1
        elif kind == "digit":
            grouped, pending = grouped or (pending > 0 and parts is whole), 0
            parts.append(token[0])
        elif kind == "comma" and _places(tuple(whole)):
            pending += 1
        elif kind == "point" and parts is whole:
            scale -= 3 * pending
            pending = 0
            parts = fraction
            parts.append("=.")
        elif kind == "exponent":
            exponent, plus = 0, token[0].endswith("+")
        else:
            scale += 2 if kind == "percent" else 0
            if exponent is None:
                parts.append(f"={text}")
            else:
                behind += text or ""
    scale -= 3 * pending
    if not _places(tuple(whole)) + _places(tuple(fraction)):
        return _text_only(whole)
    return _Picture(tuple(whole), tuple(fraction), behind, grouped, scale, exponent, plus)


def _text_only(parts: list[str]) -> _Picture | None:
    """Return a section that shows its text alone; None for one without any."""
    if not "".join(part[1:] for part in parts).strip():
        return None
    return _Picture(tuple(parts), (), "", False, 0, None, False)


def _token(token: re.Match[str]) -> tuple[str, str | None]:
    kind = token.lastgroup or "plain"
    if kind == "bracket":
        inner = token["bracket"]
        currency = _CURRENCY.fullmatch(inner)
        if currency:
            return "bracket", currency[1]
        if inner.lower().startswith("dbnum"):
            return "bracket", None
        return "bracket", ""  # colours and conditions
    if kind in ("quoted", "escaped"):
        return kind, token[kind]
    if kind in ("gap", "fill"):
        return kind, ""
    return kind, token[0]
