"""Dates and times of a spreadsheet, days since 1900 or 1904, as its cells show them."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

_LAST_DAY = 2_958_465  # 9999-12-31
_FIRST_1904 = 1462  # days by which the two counts differ
# 1900 is taken for a leap year, as Lotus 1-2-3 did: day 60 is a 29 February that never was.
_NO_SUCH_DAY = 60
_DAY = 86_400

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|_.(?P<gap>)|\*.(?P<fill>)|\[(?P<bracket>[^\]]*)\]?'
    r"|(?P<half>AM/PM|A/P|上午/下午)|(?P<zeros>\.0+)|(?P<letters>y+|m+|d+|h+|s+|e+|a{3,4}|b+|g+)"
    r"|(?P<plain>.)",
    re.DOTALL | re.IGNORECASE,
)
_ELAPSED = re.compile(r"h+|m+|s+", re.IGNORECASE)
_MONTHS = "January February March April May June July August September October November December"
_WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"
_HAN_DIGITS = str.maketrans("0123456789", "〇一二三四五六七八九")
_LONG_DATE = 'yyyy"年"m"月"d"日"'  # what [$-F800] is on a Chinese system
_LONG_TIME = "h:mm:ss"  # [$-F400]


def is_date_code(section: str) -> bool:
    """Whether a section of a format code shows a date, a time or a duration."""
    if re.search(r"General|G/通用格式", section, re.IGNORECASE):
        return False
    for token in _TOKEN.finditer(section):
        if token["letters"] and token["letters"][0].lower() in "ymdhsea":
            # E+00 is an exponent; dates have no places for digits but those of seconds.
            return re.search(r"[0#?]", re.sub(r'\.0+|"[^"]*"|\\.|\[[^\]]*\]', "", section)) is None
        if token["bracket"] is not None and _ELAPSED.fullmatch(token["bracket"]):
            return True
    return False


def date_text(value: Decimal, section: str, *, since_1904: bool = False) -> str | None:
    """Return a date or time as the section shows it; None where the number is no day there."""
    if not 0 <= value <= _LAST_DAY + 1:
        return None
    tokens = list(_TOKEN.finditer(_long_forms(section)))
    places = max((len(t["zeros"]) - 1 for t in tokens if t["zeros"]), default=0)
    ticks = (value * _DAY).quantize(Decimal(1).scaleb(-min(places, 3)), ROUND_HALF_UP)
    day, seconds = int(ticks // _DAY), ticks % _DAY
    if day > _LAST_DAY:
        return None
    if since_1904:
        day += _FIRST_1904
    twelve = any(token["half"] for token in tokens)
    chinese_digits = any((t["bracket"] or "").lower() == "dbnum1" for t in tokens)
    moment = _Moment(day, seconds, twelve, chinese_digits)
    return "".join(_shown(tokens, at, moment) for at in range(len(tokens))).strip()


def _long_forms(section: str) -> str:
    if "[$-F800]" in section.upper():
        return _LONG_DATE
    return _LONG_TIME if "[$-F400]" in section.upper() else section


class _Moment:
    """One day and time of it, in the parts that codes ask for."""

    def __init__(self, day: int, seconds: Decimal, twelve: bool, chinese_digits: bool) -> None:
        self.elapsed = day * _DAY + int(seconds)
        self.fraction = seconds % 1
        self.hour, rest = divmod(int(seconds), 3600)
        self.minute, self.second = divmod(rest, 60)
        self.afternoon = self.hour >= 12
        if twelve:
            self.hour = self.hour % 12 or 12
        self.chinese_digits = chinese_digits
        self.weekday = (day + 5) % 7  # 0 is Monday
        if day == _NO_SUCH_DAY:
            self.year, self.month, self.day = 1900, 2, 29
        else:
            start = date(1899, 12, 30) if day > _NO_SUCH_DAY else date(1899, 12, 31)
            there = start + timedelta(days=day)
            self.year, self.month, self.day = there.year, there.month, there.day


def _shown(tokens: list[re.Match[str]], at: int, moment: _Moment) -> str:
    token = tokens[at]
    if token["quoted"] is not None or token["escaped"] is not None:
        return token["quoted"] or token["escaped"] or ""
    if token["bracket"] is not None:
        return _elapsed(token["bracket"], moment)
    if token["half"]:
        morning, _, afternoon = token["half"].partition("/")
        return afternoon if moment.afternoon else morning
    if token["zeros"]:
        return f"{moment.fraction:.{min(len(token['zeros']) - 1, 3)}f}"[1:]
    if token["letters"]:
        return _letters(tokens, at, moment)
    return "" if token["plain"] in (None, "@", ";") else token["plain"]


def _elapsed(inner: str, moment: _Moment) -> str:
    if not _ELAPSED.fullmatch(inner):
        return ""
    unit = {"h": 3600, "m": 60, "s": 1}[inner[0].lower()]
    return f"{moment.elapsed // unit:0{len(inner)}d}"


def _letters(tokens: list[re.Match[str]], at: int, moment: _Moment) -> str:
    letters = tokens[at]["letters"].lower()
    kind, size = letters[0], len(letters)
    if kind in "ye":
        return _year(kind, size, moment)
    if kind == "a":
        return ("星期" if size > 3 else "") + "一二三四五六日"[moment.weekday]
    if kind == "m" and not _is_minute(tokens, at):
        return _named(moment.month, size, _MONTHS, moment)
    if kind == "d":
        if size > 2:
            return _named(moment.weekday + 1, size, _WEEKDAYS, moment)
        return _two(moment.day, size, moment)
    if kind in "bg":
        return ""  # Buddhist years and names of eras: not in use in China
    return _two({"h": moment.hour, "m": moment.minute, "s": moment.second}[kind], size, moment)


def _year(kind: str, size: int, moment: _Moment) -> str:
    text = f"{moment.year % 100:02d}" if kind == "y" and size < 3 else str(moment.year)
    return text.translate(_HAN_DIGITS) if moment.chinese_digits else text


def _named(number: int, size: int, names: str, moment: _Moment) -> str:
    if size < 3:
        return _two(number, size, moment)
    name = names.split()[number - 1]
    return name[0] if size == 5 else name[:3] if size == 3 else name


def _two(number: int, size: int, moment: _Moment) -> str:
    if moment.chinese_digits:
        ones = "〇一二三四五六七八九"[number % 10] if number % 10 or number == 0 else ""
        tens = number // 10
        return ("" if tens < 2 else "〇一二三四五六七八九"[tens]) + ("十" if tens else "") + ones
    return f"{number:02d}" if size > 1 else str(number)


def _is_minute(tokens: list[re.Match[str]], at: int) -> bool:
    """Whether m means minutes: behind hours, or ahead of seconds."""
    before = [_unit(token) for token in tokens[:at] if _unit(token)]
    after = [_unit(token) for token in tokens[at + 1 :] if _unit(token)]
    return (bool(before) and before[-1] == "h") or (bool(after) and after[0] == "s")


def _unit(token: re.Match[str]) -> str:
    if token["letters"]:
        return str(token["letters"][0]).lower()
    inner = token["bracket"] or ""
    return inner[0].lower() if _ELAPSED.fullmatch(inner) else ""
