"""Tiny real multi-vector models: one with random weights, one whose token vectors are one-hot."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.tiny_models import SPECIAL, save_tiny

MULTI_VECTOR = "tiny-multi-vector"
STATES: dict[str, Any] = {
    "module_input_name": "token_embeddings",
    "module_output_name": "token_embeddings",
}


def build_multi_vector(root: Path) -> None:
    """Save a model of 16 dimensions that does not count unknown words, on the tiny BERT."""
    import torch
    from sentence_transformers import MultiVectorEncoder
    from sentence_transformers.base.modules import Dense, Normalize, Transformer
    from sentence_transformers.multi_vector_encoder.modules import MultiVectorMask

    torch.manual_seed(2)
    modules = [
        Transformer(str(root / "plain-bert")),
        Dense(24, 16, bias=False, activation_function=torch.nn.Identity(), **STATES),
        MultiVectorMask(["[UNK]"]),
        Normalize(**STATES),
    ]
    prompts = {"query": "what is ", "document": "the "}
    model = MultiVectorEncoder(modules=modules, prompts=prompts, device="cpu")
    model.save(str(root / MULTI_VECTOR), create_model_card=False)


def build_one_hot(folder: Path, words: Sequence[str]) -> None:
    """Save a model that gives each word a dimension of its own; its special tokens do not count.

    It is a BERT without layers: what it gives for a token is its normalised word embedding, of
    which a threshold leaves nothing but the one dimension.
    """
    import torch
    from sentence_transformers import MultiVectorEncoder
    from sentence_transformers.base.modules import Dense, Normalize, Transformer
    from sentence_transformers.multi_vector_encoder.modules import MultiVectorMask
    from transformers import BertConfig, BertModel

    size = len(words) + len(SPECIAL)
    bert = BertModel(
        BertConfig(
            vocab_size=size,
            hidden_size=size,
            num_hidden_layers=0,
            num_attention_heads=1,
            intermediate_size=1,
            max_position_embeddings=32,
        )
    )
    embeddings = bert.embeddings
    with torch.no_grad():
        embeddings.word_embeddings.weight.copy_(torch.eye(size))
        embeddings.position_embeddings.weight.zero_()
        embeddings.token_type_embeddings.weight.zero_()
    plain = folder.with_name(f"{folder.name}-plain")
    save_tiny(bert, plain, words)
    threshold = Dense(size, size, bias=True, activation_function=torch.nn.ReLU(), **STATES)
    with torch.no_grad():
        threshold.linear.weight.copy_(torch.eye(size))
        threshold.linear.bias.fill_(-1.0)
    mask = MultiVectorMask(list(SPECIAL), skiplist_tasks=["query", "document"])
    modules = [Transformer(str(plain)), threshold, mask, Normalize(**STATES)]
    model = MultiVectorEncoder(modules=modules, device="cpu")
    model.save(str(folder), create_model_card=False)
