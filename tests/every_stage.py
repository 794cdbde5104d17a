"""Every stage there is, ready to be tried: on a tiny model where it needs one."""

from dataclasses import fields

from evaluation.errors import CancelledError
from evaluation.stage import Stage, make_stage, stages
from tests.tiny_language_model import LANGUAGE_MODEL
from tests.tiny_models import CROSS_ENCODER, ENCODER, SPLADE
from tests.tiny_writers import BART

ALL = list(stages())
ALONE = {"concepts": {"concepts": "terms"}}  # so that a stage needs nothing but documents


def of_kind(kind: str) -> list[str]:
    """Name the stages of a kind."""
    return [name for name, cls in stages().items() if cls.kind == kind]


def tried(name: str) -> Stage:
    """Give a stage with its defaults, on a tiny model where it needs one."""
    known = {field.name for field in fields(stages()[name])}
    if "model" not in known:
        return make_stage(name, {})
    if stages()[name].needs == "a language model":
        return make_stage(name, {"model": LANGUAGE_MODEL})
    tiny = {"cross-encoder": CROSS_ENCODER, "seal": BART, "learned-sparse": SPLADE}
    return make_stage(name, {"model": tiny.get(name, ENCODER), **ALONE.get(name, {})})


class StopAt:
    """Counts the reports and cancels at one of them."""

    def __init__(self, report: int = 1) -> None:
        self.left, self.units = report, set[str]()

    def report(self, done: int, total: int | None, unit: str = "documents") -> None:
        assert done >= 0
        assert total is None or done <= total
        self.units.add(unit)
        self.left -= 1
        if self.left == 0:
            raise CancelledError
        assert self.left > 0, "went on after it was cancelled"
