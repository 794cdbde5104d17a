"""Tiny real models with random weights, built in a second and saved as model folders."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.tiny_language_model import build_language_model
from tests.tiny_writers import save_writers

WORDS = (
    *("river", "engine", "violin", "orchard", "glacier", "market", "planet", "harbour", "study"),
    *("old", "new", "large", "quiet", "report", "found", "shows", "near", "early", "a", "the"),
    *("of", "how", "what", "is", "does"),
)
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
ENCODER, CROSS_ENCODER = "tiny-encoder", "tiny/cross-encoder"
SPLADE, INFERENCE_FREE = "tiny-splade", "tiny-inference-free"


def build_models(root: Path) -> None:
    """Save an encoder (24 dimensions, 32 tokens) and a cross-encoder below a model root."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Normalize, Pooling, Transformer
    from transformers import BertForSequenceClassification, BertModel

    torch.manual_seed(1)
    plain = root / "plain-bert"
    save_tiny(BertModel(_config()), plain)
    transformer = Transformer(str(plain), max_seq_length=16)
    pooling = Pooling(transformer.get_embedding_dimension())
    model = SentenceTransformer(modules=[transformer, pooling, Normalize()], device="cpu")
    model.save(str(root / ENCODER), create_model_card=False)
    save_tiny(BertForSequenceClassification(_config(num_labels=1)), root / CROSS_ENCODER)
    save_writers(root)
    build_language_model(root, WORDS)
    _build_sparse(root)


def _build_sparse(root: Path) -> None:
    """Save a SPLADE model, and one whose query side is a table of weights."""
    import torch
    from sentence_transformers import SparseEncoder
    from sentence_transformers.base.modules import Router, Transformer
    from sentence_transformers.sparse_encoder.modules import SparseStaticEmbedding, SpladePooling
    from transformers import BertForMaskedLM

    plain = root / "plain-masked"
    save_tiny(BertForMaskedLM(_config()), plain)

    def network() -> list[Any]:
        masked = Transformer(str(plain), transformer_task="fill-mask", max_seq_length=16)
        return [masked, SpladePooling("max")]

    prompts = {"query": "what is ", "document": ""}
    splade = SparseEncoder(modules=network(), device="cpu", prompts=prompts)
    splade.save_pretrained(str(root / SPLADE), create_model_card=False)
    document = network()
    table = SparseStaticEmbedding(document[0].tokenizer, torch.rand(len(WORDS) + len(SPECIAL)))
    routed = Router.for_query_document(query_modules=[table], document_modules=document)
    free = SparseEncoder(modules=[routed], device="cpu", similarity_fn_name="dot")
    free.save_pretrained(str(root / INFERENCE_FREE), create_model_card=False)


def _config(**more: Any) -> Any:
    from transformers import BertConfig

    return BertConfig(
        vocab_size=len(WORDS) + len(SPECIAL),
        hidden_size=24,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=48,
        max_position_embeddings=32,
        initializer_range=0.5,  # so that different texts get clearly different numbers
        **more,
    )


def save_tiny(model: Any, folder: Path, words: Sequence[str] = WORDS) -> None:
    from tokenizers import Tokenizer
    from tokenizers.models import WordPiece
    from tokenizers.normalizers import Lowercase
    from tokenizers.pre_tokenizers import BertPreTokenizer
    from tokenizers.processors import BertProcessing
    from transformers import PreTrainedTokenizerFast

    vocabulary = {word: code for code, word in enumerate((*SPECIAL, *words))}
    inner = Tokenizer(WordPiece(vocabulary, unk_token="[UNK]"))
    inner.normalizer, inner.pre_tokenizer = Lowercase(), BertPreTokenizer()
    inner.post_processor = BertProcessing(
        ("[SEP]", vocabulary["[SEP]"]), ("[CLS]", vocabulary["[CLS]"])
    )
    tokenizer = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=inner,
        model_max_length=32,
        model_input_names=["input_ids", "token_type_ids", "attention_mask"],
        **{f"{name}_token": f"[{name.upper()}]" for name in ("pad", "unk", "cls", "sep", "mask")},
    )
    model.eval().save_pretrained(folder)
    tokenizer.save_pretrained(folder)
