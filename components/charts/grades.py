"""The colours of grades: blue the deeper the more relevant, orange below zero, grey for none."""

from components.charts.theme import LIGHT, Theme

UNJUDGED = "unjudged"
LIGHT_BLUES = ("#a9aef1", "#8d92ec", "#6d6be6", "#4f46e5", "#3f37c4", "#2f2a98")
DARK_BLUES = ("#514caa", "#5f58c7", "#6d66e3", "#847dfb", "#a29dff", "#c4c1ff")


def grade_name(grade: int | None) -> str:
    """Give what a legend says of a grade; None is a document that nobody judged."""
    return UNJUDGED if grade is None else f"grade {grade}"


def grade_colour(theme: Theme, grade: int | None, highest: int) -> str:
    """Give the colour of a grade.

    Args:
        theme: the colours.
        grade: the judgement; None for an unjudged document.
        highest: the highest grade that is shown; it has the deepest blue.
    """
    if grade is None or grade == 0:
        return theme.muted
    if grade < 0:
        return theme.loss
    blues = LIGHT_BLUES if theme is LIGHT else DARK_BLUES
    return blues[-1 - min(len(blues) - 1, (max(grade, highest) - grade) * 2)]
