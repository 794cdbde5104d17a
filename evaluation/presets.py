"""Ready-made systems: what to try first on a collection."""

from evaluation.collections.collection import Collection
from evaluation.fusion.rrf import ReciprocalRank
from evaluation.rerankers.maxsim import MaxSim
from evaluation.retrievers.bm25 import BM25
from evaluation.retrievers.dense import Dense
from evaluation.retrievers.random_order import RandomOrder
from evaluation.system import RERANK_DEPTH, Node, System
from evaluation.text import STEMMERS, STOP_WORDS, suggest_tokens

SAMPLE = 100  # documents that are looked at
LANGUAGES = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek",
    "en": "english", "es": "spanish", "eu": "basque", "fi": "finnish", "fr": "french",
    "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian",
    "it": "italian", "lt": "lithuanian", "nb": "norwegian", "ne": "nepali", "nl": "dutch",
    "no": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian",
    "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip


def presets(tokens: str = "words", language: str = "") -> list[System]:
    """Give the ready-made systems, lexical ones first, the floor last.

    Args:
        tokens: what BM25 should index, as `suggest_tokens` says it. For `bigrams` there is a
            second BM25 on words beside it, to show what they lose.
        language: of the documents, as a code (`de`, `pt-BR`) or an English name; "" is taken for
            English. Where there is no stemmer or stop list for it, none is used.
    """
    bm25 = Node(lexical(tokens, language))
    dense = Node(Dense())
    hybrid = Node(ReciprocalRank(), (bm25, dense))
    systems = [System("BM25", bm25)]
    if tokens == "bigrams":
        systems = [System("BM25 on character bigrams", bm25)]
        systems += [System("BM25 on words", Node(lexical("words", language)))]
    return [
        *systems,
        System("Dense", dense),
        System("BM25 + Dense", hybrid),
        System("BM25, then MaxSim", Node(MaxSim(), (bm25,), RERANK_DEPTH)),
        System("BM25 + Dense, then MaxSim", Node(MaxSim(), (hybrid,), RERANK_DEPTH)),
        System("Random order", Node(RandomOrder())),
    ]


def suggested(collection: Collection) -> list[System]:
    """Give the ready-made systems fitted to a collection; none if it has no documents.

    BM25 takes character bigrams where the script has no spaces between words, and stemmer and
    stop words of the collection's language where that is known.
    """
    if collection.corpus is None:
        return []
    tokens = suggest_tokens(collection.corpus.texts(0, SAMPLE))
    return presets(tokens, collection.about.get("language", ""))


def lexical(tokens: str, language: str) -> BM25:
    """Give BM25 for a kind of token and a language (see `presets`)."""
    code = language.strip().lower()
    known = LANGUAGES.get(code.partition("-")[0].partition("_")[0], code or "english")
    if tokens == "bigrams":
        return BM25(tokens=tokens, stemmer="none", stop_words="none")
    return BM25(
        tokens=tokens,
        stemmer=known if known in STEMMERS else "none",
        stop_words=known if known in STOP_WORDS else "none",
    )
