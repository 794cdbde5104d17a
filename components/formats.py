"""Numbers, sizes and times as people read them; plain text, safe in every label."""

import math
import time

SIZES = ("kB", "MB", "GB", "TB")
AGES = ((60, "second"), (60, "minute"), (24, "hour"), (14, "day"))


def plural(count: int, one: str, many: str = "") -> str:
    """Give a number with its noun: `1 query`, `5,183 documents`; `many` for irregular plurals."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def size(count: float) -> str:
    """Give a number of bytes in decimal units: `412 bytes`, `3.4 MB`."""
    if count < 1000:
        return plural(int(count), "byte")
    power = min(max(1, int(math.log10(count) + 1e-4) // 3), len(SIZES))
    value = count / 1000**power
    return f"{value:.0f} {SIZES[power - 1]}" if value >= 99.5 else f"{value:.1f} {SIZES[power - 1]}"


def duration(seconds: float) -> str:
    """Give a span of time: `0.4 s`, `38 s`, `3 min 5 s`, `2 h 10 min`."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def rate(per_second: float, unit: str) -> str:
    """Give a speed: `1,250 documents/s`, `0.4 queries/s`."""
    return f"{per_second:,.0f} {unit}/s" if per_second >= 10 else f"{per_second:.1f} {unit}/s"


def ago(moment: float, now: float | None = None) -> str:
    """Say how long ago a moment (seconds since 1970) was; the date where that is two weeks."""
    span = int((time.time() if now is None else now) - moment)
    if span < 10:
        return "just now"
    for limit, unit in AGES:
        if span < limit:
            return f"{plural(span, unit)} ago"
        span //= limit
    return time.strftime("%d %B %Y", time.localtime(moment)).lstrip("0")
