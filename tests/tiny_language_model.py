"""A tiny real GPT-2 with random weights and a tokenizer of its own, as a model folder."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

LANGUAGE_MODEL = "tiny-gpt2"
POSITIONS = 128
ANSWERS = ("yes", "no", "query", "passage", "answer")


def build_language_model(root: Path, words: Sequence[str]) -> None:
    """Save a GPT-2 of two layers that reads 128 tokens; each word is one token."""
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel

    tokenizer = _tokenizer([*words, *ANSWERS])
    torch.manual_seed(2)
    config = GPT2Config(
        vocab_size=len(tokenizer),
        n_positions=POSITIONS,
        n_embd=24,
        n_layer=2,
        n_head=2,
        initializer_range=0.3,  # so that different texts get clearly different numbers
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
    )
    GPT2LMHeadModel(config).save_pretrained(root / LANGUAGE_MODEL)
    tokenizer.save_pretrained(root / LANGUAGE_MODEL)


def _tokenizer(words: list[str]) -> Any:
    from tokenizers import Tokenizer, decoders, pre_tokenizers
    from tokenizers.models import BPE
    from tokenizers.trainers import BpeTrainer
    from transformers import PreTrainedTokenizerFast

    inner = Tokenizer(BPE())
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = BpeTrainer(
        vocab_size=1000,
        special_tokens=["<|end|>"],
        initial_alphabet=sorted(alphabet),
        show_progress=False,
    )
    inner.train_from_iterator([f"{word} {word}" for word in words] * 3, trainer)
    end = {f"{name}_token": "<|end|>" for name in ("bos", "eos", "pad")}
    return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=inner, model_max_length=POSITIONS, **end
    )
