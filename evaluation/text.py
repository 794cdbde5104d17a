"""From texts to index terms: words or character bigrams, stop words, stemming, highlighting."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Set
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.machinery import SourceFileLoader
from importlib.util import find_spec, module_from_spec, spec_from_loader
from typing import Literal

STEMMERS = (
    "none", "arabic", "armenian", "basque", "catalan", "danish", "dutch", "english", "finnish",
    "french", "german", "greek", "hindi", "hungarian", "indonesian", "irish", "italian",
    "lithuanian", "nepali", "norwegian", "porter", "portuguese", "romanian", "russian", "serbian",
    "spanish", "swedish", "tamil", "turkish", "yiddish",
)  # fmt: skip
STOP_WORDS = {
    "none": "", "english": "STOPWORDS_EN", "english (long)": "STOPWORDS_EN_PLUS",
    "chinese": "STOPWORDS_CHINESE", "danish": "STOPWORDS_DANISH", "dutch": "STOPWORDS_DUTCH",
    "french": "STOPWORDS_FRENCH", "german": "STOPWORDS_GERMAN", "italian": "STOPWORDS_ITALIAN",
    "korean": "STOPWORDS_KOREAN", "norwegian": "STOPWORDS_NORWEGIAN",
    "portuguese": "STOPWORDS_PORTUGUESE", "russian": "STOPWORDS_RUSSIAN",
    "spanish": "STOPWORDS_SPANISH", "swedish": "STOPWORDS_SWEDISH", "turkish": "STOPWORDS_TURKISH",
}  # fmt: skip
TOKENS = ("words", "bigrams")

# Scripts written without spaces between words: Thai, Lao, Burmese, Khmer, kana, Han. Whole blocks,
# because the vowel signs of Thai and its neighbours are marks, which `\w` leaves out.
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3041-\u309f\u30a1-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uaa60-\uaa7f\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
NO_CACHE = 0  # of PyStemmer: keeping and sorting words costs more than stemming them again
WORD = re.compile(r"[^\W_]+")
ASCII_BREAKS = {code: " " for code in range(128) if not chr(code).isalnum()}
PIECE = re.compile(rf"([{UNSPACED}]+)|[^\W_{UNSPACED}]+")
LETTER = re.compile(rf"[^\W\d_]|[{UNSPACED}]")
UNSPACED_LETTER = re.compile(rf"[{UNSPACED}]")
UNSPACED_SHARE = 0.2  # a Chinese character says more than a Latin letter, so a fifth is much
KANA, KANA_SHARE = ("Hiragana", "Katakana"), 0.1  # a tenth of kana among Han makes it Japanese
WIDTHS = ("FULLWIDTH", "HALFWIDTH")  # stand before the script in the name of a character


@dataclass(frozen=True)
class Analyser:
    """How texts become terms: the same way for documents, queries and highlighting.

    Attributes:
        tokens: `words` takes runs of letters and digits; `bigrams` cuts scripts written without
            spaces into overlapping pairs of characters (as Lucene's CJK analyser does) and takes
            words everywhere else.
        stemmer: a Snowball language, or `none`.
        stop_words: whose commonest words are left out, or `none`.
    """

    tokens: str = "words"
    stemmer: str = "english"
    stop_words: str = "english"

    def words(self, text: str) -> list[str]:
        """Cut a text into lower-case tokens, in order: nothing is left out or stemmed yet."""
        text = lower(text)
        if text.isascii():  # three times as fast, and the same
            return text.translate(ASCII_BREAKS).split()
        if self.tokens == "words":
            return WORD.findall(text)
        return [text[start:end] for start, end in _pieces(text)]

    def terms_of(self, words: Iterable[str]) -> list[str]:
        """Give the index term of each token; an empty one for a stop word."""
        stop_words = stop_list(self.stop_words)
        kept = ["" if word in stop_words else word for word in words]
        if self.stemmer == "none":
            return kept
        from Stemmer import Stemmer

        # A fresh one each time: a Stemmer must not be shared between threads, and costs 0.3 us.
        stemmed: list[str] = Stemmer(self.stemmer, NO_CACHE).stemWords(kept)
        return stemmed

    def terms(self, text: str) -> list[str]:
        """Turn a text into index terms, in order, repeated ones included."""
        return [term for term in self.terms_of(self.words(text)) if term]

    def places(self, text: str) -> list[tuple[int, int]]:
        """Give where each of the `words` stands in a raw text, `(start, end)` in characters."""
        lowered = lower(text)
        if self.tokens == "words":
            return [match.span() for match in WORD.finditer(lowered)]
        return _pieces(lowered)

    def spans(self, text: str, terms: Set[str]) -> list[tuple[int, int]]:
        """Find where the given terms stand in a raw text.

        Args:
            text: any text, such as a document.
            terms: index terms, such as `set(analyser.terms(query))`.

        Returns:
            `(start, end)` of each match in order, in characters; matches that overlap or touch
            within one word are one span.
        """
        lowered, places = lower(text), self.places(text)
        found = self.terms_of(lowered[start:end] for start, end in places)
        spans: list[tuple[int, int]] = []
        for (start, end), term in zip(places, found, strict=True):
            if term not in terms or not term:
                continue
            if spans and start <= spans[-1][1]:
                start = spans.pop()[0]
            spans.append((start, end))
        return spans


def lower(text: str) -> str:
    """Lower the case without moving a character (only the Turkish dotted I would)."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)


def _pieces(text: str) -> list[tuple[int, int]]:
    """Give the places of words, and of all character pairs in scripts without spaces.

    A single character between others stands for itself.
    """
    places: list[tuple[int, int]] = []
    for match in PIECE.finditer(text):
        start, end = match.span()
        if match.group(1) is None or end - start < 2:
            places.append((start, end))
        else:
            places.extend((place, place + 2) for place in range(start, end - 1))
    return places


@dataclass(frozen=True)
class Script:
    """The script that texts are in.

    Attributes:
        name: of the most frequent one, such as Latin, Cyrillic, Arabic, Japanese, or Chinese or
            Japanese (Han without kana); "" where there are no letters.
        unspaced: share of the letters that belong to scripts without spaces between words.
    """

    name: str = ""
    unspaced: float = 0.0

    @property
    def tokens(self) -> Literal["words", "bigrams"]:
        """How such texts are best cut: `bigrams` if a fifth of the letters need it.

        Chinese, Japanese, Thai, Lao, Burmese and Khmer have no spaces between words, so that
        whole sentences would count as one word and hardly ever match.
        """
        return "bigrams" if self.unspaced >= UNSPACED_SHARE else "words"


def script_of(texts: Iterable[str]) -> Script:
    """Tell the script of some texts (of one: `script_of([text])`) from their letters."""
    letters: Counter[str] = Counter()
    for text in texts:
        letters.update(LETTER.findall(text))
    total = letters.total()
    if not total:
        return Script()
    scripts: Counter[str] = Counter()
    for letter, count in letters.items():
        scripts[_script_name(letter)] += count
    name = scripts.most_common(1)[0][0]
    kana = sum(scripts[each] for each in KANA)
    if name in KANA or (name == "Cjk" and kana >= KANA_SHARE * total):
        name = "Japanese"
    unspaced = sum(count for letter, count in letters.items() if UNSPACED_LETTER.match(letter))
    return Script("Chinese or Japanese" if name == "Cjk" else name, unspaced / total)


def suggest_tokens(texts: Iterable[str]) -> Literal["words", "bigrams"]:
    """Say how sample texts are best cut (see `Script.tokens`)."""
    return script_of(texts).tokens


@lru_cache(maxsize=10_000)
def _script_name(letter: str) -> str:
    """Give the script of a letter: the first word of its Unicode name."""
    words = unicodedata.name(letter, "Other").replace("-", " ").split()
    return next(word for word in words if word not in WIDTHS).capitalize()


@cache
def stop_list(name: str) -> frozenset[str]:
    """Give a stop word list by its name in STOP_WORDS, cut into tokens as texts are."""
    if name == "none":
        return frozenset()
    words = getattr(_stop_word_module(), STOP_WORDS[name])
    return frozenset(token for word in words for token in WORD.findall(lower(word)))


@cache
def _stop_word_module() -> object:
    """Load the lists of bm25s (by themselves: the package would bring numba with it)."""
    package = find_spec("bm25s")
    if package is None or not package.submodule_search_locations:
        raise ModuleNotFoundError("bm25s is not installed; run `pip install bm25s`.")
    path = f"{package.submodule_search_locations[0]}/stopwords.py"
    spec = spec_from_loader("bm25s_stopwords", SourceFileLoader("bm25s_stopwords", path))
    module = module_from_spec(spec)  # type: ignore[arg-type]
    spec.loader.exec_module(module)  # type: ignore[union-attr]
    return module
