"""Late interaction over a whole corpus: an index of the vectors of all tokens."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

from evaluation.collections.collection import Corpus, Queries
from evaluation.evidence import Asked, Explained, row_in
from evaluation.models.folders import DEFAULT, model_revision
from evaluation.models.loading import BACKENDS
from evaluation.models.token_encoding import TokenEncoder, TokenModel
from evaluation.models.token_loading import load_token_encoder, token_backend
from evaluation.progress import Progress
from evaluation.retrievers.base import Retriever
from evaluation.run import Run
from evaluation.stage import param
from evaluation.token_index.building import Source, build
from evaluation.token_index.evidence import UNTRAINED, explain_matches
from evaluation.token_index.hits import Hits
from evaluation.token_index.index import Rows, TokenIndex, open_index
from evaluation.token_index.matching import Wanted, candidates, max_similarity


@dataclass(frozen=True)
class LateInteraction(Retriever):
    """Sum over the query's tokens of the best cosine in the document (ColBERT, SIGIR 2020).

    The model is one trained for it (a `MultiVectorEncoder`, ColBERT of PyLate or Stanford), or
    any encoder, whose token states were not trained for it: take those as a sketch of the method,
    not of what the method can do. The default encoder is of the second kind.

    Every token vector is kept as its nearest centroid and a code for the rest (ColBERTv2, NAACL
    2022), or in 16 bits per dimension; a corpus with fewer than 10,000 tokens or so is always
    kept in 16 bits. Candidates come from the centroids nearest to the query's tokens (PLAID, CIKM
    2022). Exact is the score of a candidate over the stored vectors; not exact are these vectors,
    once coded, and which documents become candidates. No more than those can be hits.
    """

    name: ClassVar[str] = "late-interaction"
    label: ClassVar[str] = "Late interaction"
    source: ClassVar[str] = "Khattab and Zaharia, SIGIR 2020; Santhanam et al., CIKM 2022"
    facets: ClassVar[tuple[str, ...]] = ("multi-vector",)
    needs: ClassVar[str] = "a model"

    model: str = param(DEFAULT, "Multi-vector model, or any encoder: hub id or model folder.")
    query_prompt: str = param(
        "", "Put before each query; empty for a multi-vector model's own.", search_only=True
    )
    document_prompt: str = param("", "Put before each document; empty as for queries.")
    max_length: int = param(0, "Longest input in tokens (0: the model's).", bounds=(0, 100_000))
    code_bytes: int = param(
        96,
        "Most bytes that stand for a token's vector (0: 16 bits per dimension).",
        bounds=(0, 4096),
    )
    centroids: int = param(
        0, "Centroids that tokens are sorted to (0: by the size of the corpus).", bounds=(0, 65_536)
    )
    probes: int = param(
        8,
        "Centroids looked into per token of the query (0: all).",
        bounds=(0, 65_536),
        search_only=True,
    )
    candidates: int = param(
        500, "Documents scored exactly per query (0: all).", bounds=(0, 10**9), search_only=True
    )
    backend: str = param("auto", "How an encoder is run.", choices=BACKENDS)

    def resolved(self) -> "LateInteraction":
        return replace(self, backend=token_backend(self.model, self.backend))

    def revision(self) -> str:
        return model_revision(self.model)

    def index_structure(self) -> str:
        return "token vectors"

    def encoder(self, tick: Callable[[], None]) -> TokenEncoder:
        """Load the model; `tick` is called meanwhile and may raise to stop."""
        backend = token_backend(self.model, self.backend)
        prompts = self.query_prompt, self.document_prompt
        return load_token_encoder(TokenModel(self.model, backend, self.max_length, *prompts), tick)

    def index(self, corpus: Corpus, folder: Path, progress: Progress) -> None:
        count = len(corpus)
        encoder = self.encoder(lambda: progress.report(0, count))
        with encoder.documents() as encode:
            source = Source(count, corpus.texts_of, encode, encoder.dimension)
            build(source, folder, self.centroids, self.code_bytes, progress)

    def search(
        self, corpus: Corpus, queries: Queries, folder: Path, depth: int, progress: Progress
    ) -> Run:
        encoder = self.encoder(lambda: progress.report(0, len(queries), "queries"))
        progress.report(0, len(queries), "queries")
        index, hits = open_index(folder), Hits()
        for done, asked in enumerate(encoder.queries(queries.texts)):
            wanted = Wanted.plain(asked.vectors)
            found = self.candidates_of(index, wanted)
            hits.add(done, found, max_similarity(index, wanted, found))
            progress.report(done + 1, len(queries), "queries")
        return hits.run(queries, corpus, depth, frozenset())

    def candidates_of(self, index: TokenIndex, wanted: Wanted) -> Rows:
        """Give the documents that a search scores."""
        probes = self.probes or len(index.compression.centroids)
        return candidates(index, wanted, probes, self.candidates or len(index))

    def explain(self, asked: Asked) -> Explained | None:
        if asked.folder is None:
            return None
        encoder = self.encoder(lambda: asked.progress.report(0, None, ""))
        (query,) = encoder.queries([asked.placed.query])
        found = explain_matches(
            open_index(asked.folder),
            Wanted.plain(query.vectors),
            [{"Token": token} for token in query.tokens],
            row_in(asked.corpus, asked.placed),
            encoder.places(asked.placed.text),
        )
        return found if encoder.trained or found.note else replace(found, note=UNTRAINED)
