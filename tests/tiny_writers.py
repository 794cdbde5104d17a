"""Tiny sequence-to-sequence models with random weights, saved as model folders."""

from pathlib import Path
from typing import Any

BART, T5 = "tiny/bart", "tiny/t5"
SPECIAL = ("<pad>", "</s>", "<s>", "<unk>")
WORDS = (
    *("river", "engine", "violin", "orchard", "glacier", "market", "planet", "harbour", "study"),
    *("old", "new", "large", "quiet", "report", "found", "shows", "near", "early", "a", "the"),
)


def save_writers(root: Path) -> None:
    """Save a BART and a T5 that write words, below a model root."""
    import torch
    from transformers import (
        BartConfig,
        BartForConditionalGeneration,
        T5Config,
        T5ForConditionalGeneration,
    )

    torch.manual_seed(2)
    size = len(SPECIAL) + len(WORDS)
    bart = BartConfig(
        vocab_size=size,
        d_model=16,
        encoder_layers=1,
        decoder_layers=1,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=32,
        decoder_ffn_dim=32,
        max_position_embeddings=64,
        init_std=0.7,  # so that different texts get clearly different numbers
        pad_token_id=0,
        eos_token_id=1,
        bos_token_id=2,
        decoder_start_token_id=1,
    )
    model = BartForConditionalGeneration(bart)
    model.generation_config.forced_bos_token_id = 2  # as the published ones have it
    _save(model, root / BART)
    t5 = T5Config(
        vocab_size=size,
        d_model=16,
        d_kv=8,
        d_ff=32,
        num_layers=1,
        num_heads=2,
        initializer_factor=3.0,
        pad_token_id=0,
        eos_token_id=1,
    )
    t5.decoder_start_token_id = 0
    _save(T5ForConditionalGeneration(t5), root / T5)


def _save(model: Any, folder: Path) -> None:
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.normalizers import Lowercase
    from tokenizers.pre_tokenizers import Whitespace
    from transformers import PreTrainedTokenizerFast

    vocabulary = {word: code for code, word in enumerate((*SPECIAL, *WORDS))}
    inner = Tokenizer(WordLevel(vocabulary, unk_token="<unk>"))
    inner.normalizer, inner.pre_tokenizer = Lowercase(), Whitespace()
    tokenizer = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=inner,
        model_max_length=64,
        pad_token="<pad>",
        eos_token="</s>",
        bos_token="<s>",
        unk_token="<unk>",
    )
    model.eval().save_pretrained(folder)
    tokenizer.save_pretrained(folder)
