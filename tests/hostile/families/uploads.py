"""The bad inputs of the tests of imports, tried in bounds as all others."""

from tests.evaluation.collections.bad_files import CASES as FILES
from tests.hostile.actions import uploaded
from tests.hostile.case import Case

CASES = tuple(Case(name, uploaded(build), says) for name, (build, says) in FILES.items())
