from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evaluation.errors import EvaluationError, UnknownNameError
from evaluation.progress import SILENT
from evaluation.retrievers.bm25 import BM25
from evaluation.retrievers.dense import Dense
from evaluation.slices import clusters
from evaluation.slices.stored import (
    Source,
    encoder_of,
    features_job,
    stored_features,
    why_no_encoder,
)
from evaluation.store import open_results
from evaluation.system import Node, System
from evaluation.usage import cache_rows
from evaluation.workspace import Workspace
from tests.sliced import sliced_collection, sliced_workspace
from tests.tiny_models import ENCODER


def job(workspace: Workspace, collection: str, encoder: Dense | None) -> dict[str, Any]:
    given = encoder.parameters() if encoder else None
    payload = {"collection": collection, "split": "test", "encoder": given}
    return features_job(workspace, payload, lambda line: SILENT)


def source(workspace: Workspace, collection: str, encoder: Dense | None = None) -> Source:
    return Source(workspace.collection(collection), "test", encoder)


@pytest.fixture
def collection(workspace: Workspace) -> str:
    return open_results(workspace, sliced_workspace(workspace, 60)).experiment.collection


def test_words_are_counted_once_and_kept(workspace: Workspace, collection: str) -> None:
    asked = source(workspace, collection)
    assert stored_features(workspace.cache, asked) == ([], ["words"])
    assert job(workspace, collection, None) == {"features": ["words"]}
    assert job(workspace, collection, None) == {"features": []}
    found, missing = stored_features(workspace.cache, asked)
    assert [feature.key for feature in found] == ["overlap", "rarest"]
    assert missing == []
    assert len(found[0]) == 60
    assert found[0].numbers.max() <= 100
    # every topic is the first word of about an eighth of the documents, and the last of another
    assert set(found[1].numbers) <= {14, 15, 16}


def test_what_is_kept_is_listed_in_the_cache(workspace: Workspace, collection: str) -> None:
    job(workspace, collection, None)
    (row,) = [row for row in cache_rows(workspace) if row.kind == "feature"]
    assert (row.what, row.collection) == ("Words of queries and documents", "Sliced")


def test_other_data_never_takes_the_features_of_these(
    workspace: Workspace, collection: str
) -> None:
    job(workspace, collection, None)
    other = workspace.add_collection("Other", sliced_collection(56).save)
    assert stored_features(workspace.cache, source(workspace, other)) == ([], ["words"])


def test_queries_are_grouped_by_an_encoder(
    workspace: Workspace, collection: str, model_root: Path
) -> None:
    encoder = Dense(model=ENCODER, backend="torch")
    asked = source(workspace, collection, encoder)
    assert stored_features(workspace.cache, asked)[1] == ["words", "clusters"]
    assert job(workspace, collection, encoder) == {"features": ["words", "clusters"]}
    found = {feature.key: feature for feature in stored_features(workspace.cache, asked)[0]}
    assert len(found["cluster"].names) == 60
    assert len(set(found["cluster"].names)) == 2
    assert ENCODER in found["cluster"].meaning


def test_a_model_that_is_not_there_fails_with_a_sentence_and_keeps_the_words(
    workspace: Workspace, collection: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = Dense(model="no such/model")
    assert "no such/model" in why_no_encoder(encoder)
    with pytest.raises(EvaluationError, match="no such/model"):
        job(workspace, collection, encoder)
    with pytest.raises(UnknownNameError):
        job(workspace, "gone", None)


def test_the_encoder_is_one_of_the_experiment() -> None:
    dense = Dense(truncate_dimension=64)
    systems = [System("a", Node(BM25())), System("b", Node(dense))]
    assert encoder_of(systems) == dense
    assert encoder_of(systems[:1]) == Dense()


def test_groups_are_those_of_the_vectors_and_named_by_their_words() -> None:
    random = np.random.default_rng()
    centres = np.eye(3, 16, dtype=np.float32) * 5
    places = random.permutation(np.repeat([0, 1, 2], 25))
    vectors = (centres[places] + random.normal(0, 0.3, (75, 16))).astype(np.float32)
    words = ("cell protein", "river water", "court law")
    texts = [f"the {words[place]} {random.choice(['old', 'new'])}" for place in places]
    names = clusters.cluster_names(vectors, texts, 1)
    assert len(set(names)) == 3
    for name, place in zip(names, places, strict=True):
        assert set(words[place].split()) <= set(name.split(", "))
    assert clusters.cluster_names(vectors, texts, 1) == names
    assert set(clusters.cluster_names(vectors[:30], texts[:30], 1)) == {"all"}
