"""The repository's own files, read as text and as syntax trees, for the tests of its rules."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PRODUCT = ("app.py", "pages", "components", "evaluation")
NOT_OURS = {".git", ".venv", "__pycache__", "test-results", ".hypothesis", "workspace"}


@dataclass(frozen=True)
class Import:
    """One import: the file and line it is in, what it names, whether importing the file runs it."""

    file: str
    line: int
    module: str
    at_import: bool

    @property
    def package(self) -> str:
        """The outermost package, for instance `numpy` of `numpy.typing`."""
        return self.module.partition(".")[0]

    def __str__(self) -> str:
        """Say where it is and what it imports."""
        return f"{self.file}:{self.line} imports {self.module}"


@cache
def files() -> tuple[str, ...]:
    """Every file of the repository, as a path from its root; caches and the workspace are not."""
    found = [path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file()]
    return tuple(sorted(path.as_posix() for path in found if not _not_ours(path)))


def _not_ours(path: Path) -> bool:
    return any(part in NOT_OURS or part.endswith("_cache") for part in path.parts)


def python_files(*places: str) -> list[str]:
    """The Python files at or below some places (all without any)."""
    return [
        file for file in files() if file.endswith(".py") and (not places or below(file, *places))
    ]


def below(file: str, *places: str) -> bool:
    """Say whether a file is one of the places or below one."""
    return any(file == place or file.startswith(f"{place}/") for place in places)


def text_of(file: str) -> str:
    """The text of a file; bytes that are not UTF-8 are replaced."""
    return (ROOT / file).read_text("utf-8", "replace")


@cache
def tree_of(file: str) -> ast.Module:
    """The syntax tree of a Python file."""
    return ast.parse(text_of(file), file)


def module_of(file: str) -> str:
    """The dotted name of a Python file."""
    return file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def imports(*places: str) -> list[Import]:
    """Every import in the Python files of some places; `from a import b` names `a.b`."""
    found = []
    for file in python_files(*places):
        for node, at_import in _statements(tree_of(file), True):
            if isinstance(node, ast.Import):
                names = [name.name for name in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [f"{node.module}.{name.name}" for name in node.names]
            else:
                continue
            found += [Import(file, node.lineno, name, at_import) for name in names]
    return found


def _statements(node: ast.AST, at_import: bool) -> Iterator[tuple[ast.AST, bool]]:
    """Go through all nodes, each with whether it runs when the module is imported."""
    for child in ast.iter_child_nodes(node):
        inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for_types_only = isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)
        runs = at_import and not inside and not for_types_only
        yield child, runs
        yield from _statements(child, runs)


def calls(*places: str) -> Iterator[tuple[str, str, ast.Call]]:
    """Every call in the files of some places: where, the name called (`st.html`), the call."""
    for file in python_files(*places):
        for node in ast.walk(tree_of(file)):
            if isinstance(node, ast.Call):
                yield f"{file}:{node.lineno}", ast.unparse(node.func), node
