import numpy as np
import pytest

from evaluation.collections import searching
from evaluation.collections.collection import corpus_of
from evaluation.collections.searching import find_documents

CORPUS = corpus_of(
    [
        ("d1", "The Café", "One (1) thing."),
        ("d2", "", "another ONE\nhere"),
        ("x-one", "Zürich", "%.*"),
        ("d4", "", "北京大学"),
    ]
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("one", ["d1", "d2", "x-one"]),
        ("CAFÉ", ["d1"]),
        ("(1)", ["d1"]),
        (".*", ["x-one"]),
        ("ZÜRICH", ["x-one"]),
        ("京大", ["d4"]),
        ("d4", ["d4"]),
        ("  one ", ["d1", "d2", "x-one"]),
        ("nothing", []),
        ("", ["d1", "d2", "x-one", "d4"]),
    ],
)
def test_ids_titles_and_texts_are_looked_through_in_either_case(
    text: str, found: list[str]
) -> None:
    page = find_documents(CORPUS, text)
    assert [document["doc_id"] for document in page.documents] == found
    assert not page.more


def test_pages_together_are_the_whole_answer_across_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "SLICE", 7)
    random = np.random.default_rng(3)
    texts = [" ".join(random.choice(["red", "green", "blue"], 2)) for _ in range(100)]
    corpus = corpus_of([(f"d{n}", "", text) for n, text in enumerate(texts)])
    for word in ("red", "green", ""):
        expected = [f"d{n}" for n, text in enumerate(texts) if word in text]
        found: list[str] = []
        more = True
        while more:
            page = find_documents(corpus, word, limit=9, offset=len(found))
            found += [document["doc_id"] for document in page.documents]
            more = page.more
            assert len(page.documents) == 9 or not more
        assert found == expected
