"""A tiny real model with one dimension per word: a text's vector is the mean of its words'."""

from collections.abc import Sequence
from pathlib import Path


def build_axis_model(folder: Path, words: Sequence[str]) -> None:
    """Save a static embedding whose table is the identity matrix, as sentence-transformers does."""
    import numpy as np
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import StaticEmbedding
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace

    vocabulary = {word: place for place, word in enumerate(["[UNK]", *words])}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    table = np.eye(len(vocabulary), dtype=np.float32)
    table[0] = 0  # an unknown word says nothing
    model = SentenceTransformer(modules=[StaticEmbedding(tokenizer, table)], device="cpu")
    model.save(str(folder), create_model_card=False)
