"""Concept space: texts are compared by the named concepts they are near to."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from evaluation.collections.attachments import CONCEPTS, concept_texts
from evaluation.collections.collection import Corpus, Queries
from evaluation.errors import EvaluationError
from evaluation.evidence import Asked, Explained, Part, row_in
from evaluation.files import read_json, write_array, write_json
from evaluation.lexical.lists import Lists
from evaluation.models.encoding import Vectors, encode, unit
from evaluation.models.loading import load as load_model
from evaluation.models.loading import resolve_backend
from evaluation.progress import Progress
from evaluation.retrievers.dense import own_prompt
from evaluation.retrievers.lexical import best, run_of
from evaluation.retrievers.on_vectors import OnVectors, base_vectors
from evaluation.run import Run
from evaluation.stage import param
from evaluation.text import Analyser, suggest_tokens
from evaluation.weighted_terms import of_dense, open_index, search, weight_in, write_index

COMPARED_AT_ONCE = 4_000_000  # pairs of document and concept, which are held in memory
SAMPLE = 100  # documents that are looked at to see how words are written
SOURCES = ("uploaded", "terms", "titles")


@dataclass(frozen=True)
class Concepts(OnVectors):
    """Cosine of concept weights (explicit semantic analysis: Gabrilovich, Markovitch, IJCAI 2007).

    The weight of a concept in a text is c_i = max(0, cos(e(text), e(concept_i))), with e of an
    encoder, as in SESA (Bogdanova and Yazdani, 2017) without its training; the heaviest are kept.
    The score is a sum over concepts, so each of them has its share in it. Concepts are those
    uploaded with the collection, or, if that is chosen, terms or titles of its documents.
    """

    name: ClassVar[str] = "concepts"
    label: ClassVar[str] = "Concepts"
    source: ClassVar[str] = (
        "Gabrilovich and Markovitch, IJCAI 2007; Bogdanova and Yazdani, arXiv 1708.03246, 2017"
    )
    facets: ClassVar[tuple[str, ...]] = ("concepts",)

    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ({"concepts": "terms"},)

    concepts: str = param(
        "uploaded",
        "The collection's uploaded list, or the weightiest terms or the titles of its documents.",
        choices=SOURCES,
    )
    count: int = param(1000, "Concepts taken from the documents.", bounds=(2, 50_000))
    keep: int = param(300, "Heaviest concepts kept per text (0: all).", bounds=(0, 50_000))

    def reads(self) -> tuple[str, ...]:
        return (CONCEPTS,) if self.concepts == "uploaded" else ()

    def index_structure(self) -> str:
        return "inverted"

    def index(self, corpus: Corpus, folder: Path, progress: Progress) -> None:
        count, vectors = len(corpus), base_vectors(folder)
        progress.report(0, count)
        texts = self._texts(corpus)
        concepts = self._encoded(texts, lambda: progress.report(0, count))
        write_array(folder / "concepts.npy", concepts)
        write_json(folder / "concepts.json", texts)
        parts, size = [], max(1, COMPARED_AT_ONCE // len(texts))
        for start in range(0, count, size):
            parts.append(weights_of(vectors[start : start + size], concepts, self.keep))
            progress.report(min(start + size, count), count)
        write_index(folder, parts, len(texts))

    def _texts(self, corpus: Corpus) -> list[str]:
        """Give the texts of the concepts."""
        if self.concepts == "uploaded":
            if CONCEPTS not in corpus.attached:
                raise EvaluationError(
                    "The collection has no list of concepts. Add one on the Collections page, or "
                    "take the terms or titles of its documents as concepts."
                )
            return concept_texts(corpus.attached[CONCEPTS])
        found = titles(corpus) if self.concepts == "titles" else weightiest_terms(corpus)
        if len(found) < 2:
            raise EvaluationError(
                f"The documents give {len(found)} {self.concepts} as concepts, and 2 are needed. "
                "Choose another source of concepts."
            )
        return found[: self.count]

    def _encoded(self, texts: list[str], tick: Callable[[], None]) -> Vectors:
        """Encode concepts as documents are; (concepts, dimension), of length one."""
        backend = resolve_backend(self.model, self.backend)
        network = load_model(self.model, "encoder", backend, self.max_length, tick)
        found = np.empty((len(texts), network.about.dimension), np.float32)
        prompt = own_prompt(network.about, "document")
        encode(network, [texts], found, lambda done: tick(), prompt)
        return unit(found)

    def query_weights(self, queries: Queries, folder: Path, progress: Progress) -> Lists:
        """Give the concepts of queries, as a search uses them."""
        concepts = np.load(folder / "concepts.npy", mmap_mode="r", allow_pickle=False)
        return weights_of(self.query_vectors(queries, progress), concepts, self.keep)

    def search(
        self, corpus: Corpus, queries: Queries, folder: Path, depth: int, progress: Progress
    ) -> Run:
        index, size = open_index(folder), len(corpus)
        wanted = self.query_weights(queries, folder, progress)
        answers = (best(*search(index, wanted.of(row), size), depth) for row in range(len(wanted)))
        return run_of(corpus, queries, answers, depth, progress)

    def explain(self, asked: Asked) -> Explained | None:
        """List the concepts that query and document share, by name, with what each adds."""
        if asked.folder is None:
            return None
        row, index = row_in(asked.corpus, asked.placed), open_index(asked.folder)
        wanted = self.query_weights(asked.queries, asked.folder, asked.progress).of(0)
        names, parts = self._names(asked), list[Part]()
        for concept, weight in wanted.items():
            own = weight_in(index, concept, row)
            if own:
                both = {"In query": weight, "In document": own}
                parts.append({"Concept": names[concept], **both, "Adds": weight * own})
        parts.sort(key=lambda part: -part["Adds"])
        alone = len(wanted) - len(parts)
        note = f"{alone:,} more concepts of the query are not among those of the document."
        total = sum(part["Adds"] for part in parts)
        return Explained("table", parts, total, note=note if alone else "")

    def _names(self, asked: Asked) -> list[str]:
        if self.concepts == "uploaded":
            return list(asked.corpus.attached[CONCEPTS]["name"].to_pylist())
        return list(read_json((asked.folder or Path()) / "concepts.json"))


def weights_of(vectors: Vectors, concepts: Vectors, keep: int) -> Lists:
    """Give the concepts of texts: the cosines above zero, the heaviest kept, of length one.

    Args:
        vectors: of texts, of any length.
        concepts: vectors of length one.
        keep: how many per text; 0 for all.
    """
    found = of_dense(unit(np.asarray(vectors, np.float32)) @ np.asarray(concepts).T, keep)
    rows = found.owners()
    squares = np.bincount(rows, found.values.astype(np.float64) ** 2, len(found))
    scaled = (found.values / np.sqrt(squares)[rows]).astype(np.float32)
    return Lists(found.starts, found.codes, scaled)


def titles(corpus: Corpus) -> list[str]:
    """Give the different titles of documents, in their order."""
    known = (title for title in corpus.table["title"].to_pylist() if (title or "").strip())
    return list(dict.fromkeys(known))


def weightiest_terms(corpus: Corpus) -> list[str]:
    """Give the words that stand in two documents or more, the weightiest first.

    The weight of a word is the sum over documents of (1 + ln tf) ln(N / df), which is small for
    words that are rare and for words that are everywhere.
    """
    analyser = Analyser(suggest_tokens(corpus.texts(0, SAMPLE)), "none", "none")
    held, sums = Counter[str](), Counter[str]()
    for texts in corpus.batches(1000):
        for text in texts:
            counts = Counter(analyser.words(text))
            held.update(counts.keys())
            for word, times in counts.items():
                sums[word] += 1 + float(np.log(times))  # type: ignore[assignment]
    weights = {
        word: sums[word] * float(np.log(len(corpus) / documents))
        for word, documents in held.items()
        if documents > 1 and not word.isdigit()
    }
    return sorted(weights, key=lambda word: (-weights[word], word))
