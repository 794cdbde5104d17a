import shutil
import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from evaluation.errors import ModelError
from evaluation.models.token_encoding import TokenModel
from evaluation.models.token_loading import is_multi_vector, load_token_encoder, token_backend
from evaluation.models.token_store import Half
from tests.tiny_models import ENCODER, WORDS
from tests.tiny_multi_vector import MULTI_VECTOR, build_multi_vector, build_one_hot

TEXTS = ["old river . near the harbour", "market", "", "new engine zyzzyva"]


@pytest.fixture
def models(model_root: Path) -> Path:
    """The tiny models, with one made for late interaction among them."""
    if not (model_root / MULTI_VECTOR).exists():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the libraries that save it
            build_multi_vector(model_root)
    return model_root


def made(model: str, backend: str = "torch", **more: object) -> TokenModel:
    return TokenModel(model, backend, **more)  # type: ignore[arg-type]


def encoded(made_by: TokenModel, texts: Sequence[str]) -> dict[int, tuple[Half, list[str]]]:
    found: dict[int, tuple[Half, list[str]]] = {}
    with load_token_encoder(made_by, lambda: None).documents() as encode:
        encode(texts, lambda row, half, names: found.__setitem__(row, (half, names)))
    return found


def test_a_model_is_known_for_what_it_was_made_for(models: Path) -> None:
    assert is_multi_vector(MULTI_VECTOR)
    assert not is_multi_vector(ENCODER)
    assert token_backend(MULTI_VECTOR, "auto") == token_backend(MULTI_VECTOR, "openvino") == "torch"
    assert token_backend(ENCODER, "openvino") == "openvino"
    shutil.copytree(models / "plain-bert", models / "stanford", dirs_exist_ok=True)
    config = models / "stanford" / "config.json"
    config.write_text(config.read_text().replace('"BertModel"', '"HF_ColBERT"'))
    assert is_multi_vector("stanford")


def test_vectors_are_those_that_sentence_transformers_gives(models: Path) -> None:
    from sentence_transformers import MultiVectorEncoder

    reference = MultiVectorEncoder(str(models / MULTI_VECTOR), device="cpu", local_files_only=True)
    encoder = load_token_encoder(made(MULTI_VECTOR), lambda: None)
    assert (encoder.trained, encoder.dimension) == (True, 16)
    found = encoded(made(MULTI_VECTOR), TEXTS)
    expected = reference.encode_document(TEXTS, convert_to_numpy=True, show_progress_bar=False)
    for row, vectors in enumerate(expected):
        assert found[row][0] == pytest.approx(vectors, abs=1e-3)  # 16 bits
        assert len(found[row][1]) == len(vectors)
    asked = list(encoder.queries(TEXTS))
    expected = reference.encode_query(TEXTS, convert_to_numpy=True, show_progress_bar=False)
    for query, vectors in zip(asked, expected, strict=True):
        assert query.vectors == pytest.approx(vectors, abs=1e-5)
        assert np.linalg.norm(query.vectors, axis=1) == pytest.approx(1.0)


def test_tokens_that_do_not_count_are_left_out_of_documents_alone(models: Path) -> None:
    encoder = load_token_encoder(made(MULTI_VECTOR), lambda: None)
    found = encoded(made(MULTI_VECTOR), TEXTS)
    assert found[3][1] == ["[CLS]", "the", "new", "engine", "[SEP]"]
    (asked,) = encoder.queries(["zyzzyva"])
    assert asked.tokens == ["[CLS]", "what", "is", "[UNK]", "[SEP]"]


def test_a_prompt_that_is_given_takes_the_place_of_the_models_own(models: Path) -> None:
    encoder = load_token_encoder(made(MULTI_VECTOR, query_prompt="how "), lambda: None)
    (asked,) = encoder.queries(["river"])
    assert asked.tokens == ["[CLS]", "how", "river", "[SEP]"]


def test_inputs_are_cut_where_it_is_asked_for(models: Path) -> None:
    found = encoded(made(MULTI_VECTOR, max_length=4), TEXTS[:1])
    assert found[0][1] == ["[CLS]", "the", "old", "[SEP]"]
    assert len(encoded(made(MULTI_VECTOR), TEXTS[:1])[0][1]) > 4


def test_any_encoder_gives_the_states_of_its_tokens(models: Path) -> None:
    from evaluation.models.encoding import encode_tokens
    from evaluation.models.loading import load

    encoder = load_token_encoder(made(ENCODER), lambda: None)
    assert (encoder.trained, encoder.dimension) == (False, 24)
    states = encode_tokens(load(ENCODER, "encoder", "torch"), TEXTS)
    found = encoded(made(ENCODER), TEXTS)
    for row, vectors in enumerate(states):
        assert found[row][0] == pytest.approx(vectors, abs=1e-3)
        assert len(found[row][1]) == len(vectors)
    assert found[1][1] == ["[CLS]", "market", "[SEP]"]
    prompted = load_token_encoder(made(ENCODER, document_prompt="the "), lambda: None)
    assert prompted.places("old river")[1:4] == [("the", 0, 0), ("old", 0, 3), ("river", 4, 9)]


def test_one_hot_models_give_each_word_its_own_dimension(models: Path, tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        build_one_hot(models / "one-hot", WORDS)
    found = encoded(made("one-hot"), ["old river", "river", ""])
    assert found[0][1] == ["old", "river"]
    assert found[2][0].shape == (0, len(WORDS) + 5)
    assert sorted(np.unique(found[0][0])) == [0, 1]
    assert np.array_equal(found[0][0][1], found[1][0][0])


def test_a_broken_model_is_answered_with_a_sentence(models: Path) -> None:
    shutil.copytree(models / MULTI_VECTOR, models / "cut", dirs_exist_ok=True)
    weights = models / "cut" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:100])
    with pytest.raises(ModelError, match="'cut' cannot be loaded"):
        load_token_encoder(made("cut"), lambda: None)
