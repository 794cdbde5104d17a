"""Lists of whole numbers, as people type them."""

from evaluation.errors import InputError

MOST = 20


def whole_numbers(name: str, text: str, bounds: tuple[int, int]) -> list[int]:
    """Read `0, 25, 50` as rising whole numbers, each once.

    Raises:
        InputError: something in it is no whole number within the bounds, or there are too many.
    """
    parts = [part for part in text.replace(",", " ").split() if part]
    low, high = bounds
    wrong = [p for p in parts if not (p.isascii() and p.isdigit() and low <= int(p[:9]) <= high)]
    if wrong or not parts or len(parts) > MOST:
        fault = f"holds {wrong[0][:20]!r}" if wrong else f"has {len(parts)} numbers"
        raise InputError(
            f"The list of {name} {fault}. Write 1 to {MOST} whole numbers from {low} to {high}, "
            "such as `10, 20, 50`."
        )
    return sorted({int(part) for part in parts})
