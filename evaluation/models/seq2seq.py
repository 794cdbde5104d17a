"""Sequence-to-sequence models that write under a constraint, on torch."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from evaluation.errors import ModelError
from evaluation.models.folders import model_folder, model_revision
from evaluation.models.loading import patiently
from evaluation.models.model_files import faults, reading, reason
from evaluation.models.network import threads
from evaluation.models.torch_network import quiet

Ids = tuple[int, ...]
Allowed = Callable[[Ids], Sequence[int]]


@dataclass(frozen=True, eq=False)
class Seq2Seq:
    """A loaded model with its tokenizer.

    Attributes:
        model: of transformers, such as BART or T5.
        tokenizer: its own, a fast one, which knows places in the text.
    """

    model: Any
    tokenizer: Any

    def tokens(self, texts: Sequence[str]) -> tuple[list[list[int]], list[list[tuple[int, int]]]]:
        """Cut texts into token ids, without special ones, and give the places of each token."""
        if not texts:
            return [], []
        with quiet():
            found = self.tokenizer(
                list(texts), add_special_tokens=False, return_offsets_mapping=True
            )
        return found["input_ids"], found["offset_mapping"]

    @property
    def special(self) -> frozenset[int]:
        """Ids that stand for no text: padding, ends, unknown words."""
        return frozenset(self.tokenizer.all_special_ids)

    def write(
        self, text: str, allowed: Allowed, beam: int, longest: int, tick: Callable[[], None]
    ) -> dict[Ids, float]:
        """Write what may follow a text by constrained beam search, most likely first.

        Args:
            text: read by the encoder.
            allowed: the ids that may follow what was written so far; none where it must end.
            beam: how many writings are kept.
            longest: tokens of the longest.
            tick: called before every step; may raise to stop.

        Returns:
            The log-probability of every beginning of every writing, by its ids: the model's own,
            not shared out among what is allowed.
        """
        import torch

        torch.set_num_threads(threads())  # holds for the calling thread only
        begin, end = self._begin(), self._end()

        def choose(_: int, ids: Any) -> list[int]:
            tick()
            so_far = tuple(ids[len(begin) :].tolist())
            following = list(allowed(so_far))
            return [*following, end] if so_far or not following else following

        given = self.tokenizer(
            text, return_tensors="pt", truncation=True, max_length=self._longest_input()
        )
        given = {name: given[name] for name in ("input_ids", "attention_mask")}
        with quiet(), torch.inference_mode():
            written = self.model.generate(
                **given,
                decoder_input_ids=torch.tensor([begin]),
                generation_config=self._settings(beam, longest, end),
                prefix_allowed_tokens_fn=choose,
            )
            bodies = {_held(ids[len(begin) :].tolist(), allowed) for ids in written}
            return self._likelihood(given, sorted(bodies - {()}))

    def _likelihood(self, given: dict[str, Any], bodies: Sequence[Ids]) -> dict[Ids, float]:
        """Read all writings once more, so that every beginning has its own probability."""
        import torch

        if not bodies:
            return {}
        begin, pad = self._begin(), self._pad()
        width = max(map(len, bodies))
        rows = [[*begin, *body, *[pad] * (width - len(body))] for body in bodies]
        ids = torch.tensor(rows)
        encoded = self.model.get_encoder()(**given)
        encoded.last_hidden_state = encoded.last_hidden_state.expand(len(bodies), -1, -1)
        logits = self.model(
            encoder_outputs=encoded,
            attention_mask=given["attention_mask"].expand(len(bodies), -1),
            decoder_input_ids=ids[:, :-1],
        ).logits
        each = logits.double().log_softmax(-1).gather(-1, ids[:, 1:, None])[..., 0]
        sums = each[:, len(begin) - 1 :].cumsum(-1).tolist()
        return {
            body[: length + 1]: sums[row][length]
            for row, body in enumerate(bodies)
            for length in range(len(body))
        }

    def _begin(self) -> list[int]:
        """Give the ids that every writing begins with, before its own."""
        config = self.model.generation_config
        start = config.decoder_start_token_id
        forced = config.forced_bos_token_id
        return [start] if forced is None else [start, forced]

    def _end(self) -> int:
        return int(self.tokenizer.eos_token_id or self.tokenizer.sep_token_id)

    def _pad(self) -> int:
        pad = self.tokenizer.pad_token_id
        return self._end() if pad is None else int(pad)

    def _longest_input(self) -> int:
        limit = getattr(self.model.config, "max_position_embeddings", None)
        return min(int(limit or 512), int(self.tokenizer.model_max_length), 512)

    def _settings(self, beam: int, longest: int, end: int) -> Any:
        from transformers import GenerationConfig

        return GenerationConfig(  # type: ignore[no-untyped-call]
            num_beams=beam,
            num_return_sequences=beam,
            do_sample=False,
            max_new_tokens=longest,
            eos_token_id=end,
            pad_token_id=self._pad(),
            length_penalty=0.0,
            early_stopping=False,
        )


def _held(ids: Sequence[int], allowed: Allowed) -> Ids:
    """Cut a writing where it ends, or where a beam with nothing left to write was filled up."""
    held: Ids = ()
    for token in ids:
        if token not in allowed(held):
            break
        held = (*held, token)
    return held


def load_seq2seq(name: str, tick: Callable[[], None] = lambda: None) -> Seq2Seq:
    """Load a model, kept in this process for the next call (until its files change).

    Args:
        name: of the model; see `folders`.
        tick: called again and again while it is loaded; may raise to stop waiting.

    Raises:
        ModelError: it cannot be found or loaded, or is no sequence-to-sequence model.
    """
    return patiently(lambda: _load(name, model_revision(name)), tick)


@lru_cache(maxsize=2)
def _load(name: str, revision: str) -> Seq2Seq:
    folder = model_folder(name)
    try:
        return _open(folder)
    except faults() as error:
        raise ModelError(
            f"The model {name!r} cannot be loaded as a sequence-to-sequence model: {reason(error)} "
            "Choose one such as BART or T5, or fetch its files again."
        ) from error


def _open(folder: Path) -> Seq2Seq:
    from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

    with quiet():
        tokenizer = AutoTokenizer.from_pretrained(str(folder), local_files_only=True)
        model = AutoModelForSeq2SeqLM.from_pretrained(
            str(folder), local_files_only=True, **reading()
        )
    if not tokenizer.is_fast:
        raise ValueError("its tokenizer does not tell where tokens stand in a text.")
    return Seq2Seq(model.eval(), tokenizer)
