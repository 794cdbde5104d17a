"""The bridge collection: no target shares a word with its query, so feedback must find it.

Each of 20 topics has two vocabularies that share no word, A and B. Queries are made of A, targets
of B, and three bridge documents of both. Without feedback no target can be found by words, nor by
vectors that have one dimension per word; with it, the bridges lead to the targets.
"""

import numpy as np

from evaluation.collections.collection import Collection, Qrels, Queries, corpus_of
from evaluation.run import Run

TOPICS, WORDS, TARGETS, BRIDGES, NOISE = 20, 6, 7, 3, 300


def words_of(topic: int, side: str) -> list[str]:
    """Give one vocabulary of a topic; the words are letters and digits, which no stemmer cuts."""
    return [f"t{topic}{side}{word}x" for word in range(WORDS)]


def vocabulary() -> list[str]:
    """Give every word of the collection."""
    topics = [word for t in range(TOPICS) for side in "ab" for word in words_of(t, side)]
    return [*topics, *(f"noise{word}x" for word in range(200))]


def bridge_collection(seed: int) -> Collection:
    """Make the collection; its qrels hold the targets alone.

    A document holds 4 A words and 4 B words (bridge), 5 B words (target) or 6 noise words.
    """
    random = np.random.default_rng(seed)

    def some(words: list[str], number: int) -> list[str]:
        return [words[place] for place in random.choice(len(words), number, replace=False)]

    documents: dict[str, str] = {}
    queries: dict[str, str] = {}
    judged: dict[str, dict[str, int]] = {}
    for topic in range(TOPICS):
        a, b = words_of(topic, "a"), words_of(topic, "b")
        queries[f"q{topic}"] = " ".join(some(a, 3))
        for number in range(BRIDGES):
            documents[f"bridge-{topic}-{number}"] = " ".join([*some(a, 4), *some(b, 4)])
        targets = [f"target-{topic}-{number}" for number in range(TARGETS)]
        documents |= {name: " ".join(some(b, 5)) for name in targets}
        judged[f"q{topic}"] = dict.fromkeys(targets, 1)
    noise = vocabulary()[-200:]
    documents |= {f"noise-{number}": " ".join(some(noise, 6)) for number in range(NOISE)}
    order = random.permutation(len(documents))
    names = list(documents)
    corpus = corpus_of([(names[place], "", documents[names[place]]) for place in order])
    return Collection("bridge", corpus, Queries.of(queries), {"test": Qrels.of_dict(judged)})


def target_recall(run: Run) -> float:
    """Give the share of all targets among the first ten hits of positive score, over all topics."""
    found = 0
    for query_id in run.query_ids:
        start = f"target-{query_id[1:]}-"
        found += sum(d.startswith(start) and s > 0 for d, s in run.hits(query_id, 10))
    return found / (TOPICS * TARGETS)
