"""Measures: injections, cut-offs that are none, names that nobody knows."""

from evaluation.measures.names import canonical
from tests.hostile.actions import Act
from tests.hostile.case import Case


def measure(text: str) -> Act:
    """Read a measure."""
    return lambda _: canonical(text)


CASES = (
    *(
        Case(
            f"the measure {text[:40]}",
            measure(text),
            "is not a measure|no measure|cut-off|threshold|cannot be|lacks|gains|gives",
        )
        for text in (
            "__import__('os').system('true')",
            "nDCG@0",
            "nDCG@-1",
            "nDCG@10^30",
            "nDCG@1.5",
            "nDCG@" + "9" * 30,
            "AP(rel=" + "9" * 30 + ")",
            "P@" + "9" * 150,
            "nDCG@10@10",
            "(" * 100,
            "nDCG" + "(" * 90,
            "AP(rel=True)",
            "AP(rel=None)",
            "AP(rel='1')",
            "nDCG(gains={1:" + "9" * 100 + "})@10",
            "nDCG(gains={})@10",
            "P",
            "P@",
            "@10",
            "10",
            "",
            " ",
            "nDCG@10 AP",
            "nDCG@10,AP",
            "RBP(p=2)",
            "RBP(p=nan)",
            "RBP(p=1e999)",
            "ERR@10(",
            "x" * 10_000,
            "nDCG@٣",
            "<script>alert(1)</script>",
            "lambda: 0",
            "AP(**{})",
            "AP(judged_only=7)",
            "ndcg_cut_10",
            "R@1e3",
            "SetF(beta=-1)",
            "IPrec@7",
            "Compat(p=2)",
            "alpha_nDCG@10",
        )
    ),
)
