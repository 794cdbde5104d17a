"""Where the terms of a query stand in a document, cut as the retrievers cut texts."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from evaluation.retrievers.lexical import Lexical
from evaluation.snippet import snippet
from evaluation.system import System
from evaluation.text import Analyser, suggest_tokens

Part = tuple[str, bool]  # a piece of text, and whether it is marked
SEARCHED = 20_000  # characters of a text that are searched for a snippet


@dataclass(frozen=True)
class Highlighter:
    """Finds the terms of one query in texts."""

    analyser: Analyser
    query: str
    terms: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        """Cut the query into terms once."""
        object.__setattr__(self, "terms", frozenset(self.analyser.terms(self.query)))

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Give the places of query terms in a text, in characters."""
        return self.analyser.spans(text, self.terms) if self.terms else []

    def parts(self, text: str, length: int = 200) -> list[Part]:
        """Give the stretch of a text that holds most query terms, in marked and other pieces."""
        searched = text[:SEARCHED]
        shown, spans = snippet(searched, self.spans(searched), length)
        pieces: list[Part] = []
        place = 0
        for start, end in spans:
            pieces += [(shown[place:start], False), (shown[start:end], True)]
            place = end
        return [piece for piece in [*pieces, (shown[place:], False)] if piece[0]]


def highlighter(query: str, systems: Sequence[System]) -> Highlighter:
    """Give the highlighter for a query: as the first lexical retriever of the systems cuts texts.

    Without one, words are stemmed as English, or cut into pairs of characters where the query is
    in a script without spaces.
    """
    for system in systems:
        for node in system.root.walk():
            if isinstance(node.stage, Lexical):
                return Highlighter(node.stage.analyser(), query)
    return Highlighter(Analyser(suggest_tokens([query])), query)
