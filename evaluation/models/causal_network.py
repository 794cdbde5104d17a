"""A causal language model on torch: texts continued, and how likely given tokens are."""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from evaluation.errors import ModelError
from evaluation.models.network import threads, token_batches
from evaluation.models.torch_network import UNLIMITED, quiet

BATCH_TOKENS = {"cpu": 1024, "cuda": 16_384}  # a processor likes its batches small
Ids = list[int]
Tick = Callable[[], None]
Numbers = npt.NDArray[np.float64]


class CausalNetwork:
    """A loaded model with its tokenizer.

    Texts are put side by side with what is missing at their ends: a causal model does not look
    ahead, so that no score depends on its neighbours in a batch. What is longer than the model
    reads loses tokens from its middle: its beginning and its end, where the question is, stay.
    """

    def __init__(self, name: str, model: Any, tokenizer: Any) -> None:
        self.name, self.model, self.tokenizer = name, model, tokenizer

    @cached_property
    def limit(self) -> int:
        """Longest input in tokens."""
        config = self.model.config
        own = (getattr(config, name, None) for name in ("max_position_embeddings", "n_positions"))
        known = [int(one) for one in (*own, self.tokenizer.model_max_length) if one]
        return min((one for one in known if 0 < one < UNLIMITED), default=4096)

    def prompt_ids(self, prompt: str, room: int = 0) -> Ids:
        """Cut a prompt into tokens, as a user's message where the model has a form for those.

        Args:
            prompt: the text.
            room: tokens that must be left free behind it.
        """
        if self.tokenizer.chat_template:
            message = [{"role": "user", "content": prompt}]
            text = self.tokenizer.apply_chat_template(
                message, tokenize=False, add_generation_prompt=True, enable_thinking=False
            )
            ids = self.tokenizer(text, add_special_tokens=False)["input_ids"]
        else:
            ids = self.tokenizer(prompt)["input_ids"]
        return fitted(ids, self.limit - room) or [self._start()]

    def likelihoods(
        self, pairs: Sequence[tuple[str, str]], tick: Tick
    ) -> list[tuple[Ids, Numbers, int]]:
        """Give, for (text, continuation) pairs, the continuation's tokens and log-probabilities.

        Beside them, how many tokens were read before the continuation. The two are cut into
        tokens together, and a token that reaches into the continuation belongs to it; the text is
        given as it is, not as a message.
        """
        cut = [self._cut(text, continuation) for text, continuation in pairs]
        found: dict[int, tuple[Ids, Numbers, int]] = {}
        whole = [text + continuation for text, continuation in cut]
        first = [len(text) - 1 for text, _ in cut]
        for row, logits in self._logits(whole, first, tick):
            text, wanted = cut[row]
            values = _log_softmax(logits[: len(wanted)])
            found[row] = wanted, values[np.arange(len(wanted)), wanted], len(text)
        return [found[row] for row in range(len(pairs))]

    def choices(self, prompts: Sequence[Ids], labels: Sequence[str], tick: Tick) -> Numbers:
        """Give the log-probability of each label after prompts (ids): (prompts, labels)."""
        wanted = [self.label_id(label) for label in labels]
        found = np.empty((len(prompts), len(labels)))
        for row, logits in self._logits(prompts, [len(one) - 1 for one in prompts], tick):
            found[row] = _log_softmax(logits)[0, wanted]
        return found

    def label_id(self, label: str) -> int:
        """Give the token that writes a label at the start of a reply.

        Behind a prompt that is no message, that is the one with a space before it.

        Raises:
            ModelError: the label is more than one token.
        """
        forms = [label, f" {label}"] if self.tokenizer.chat_template else [f" {label}", label]
        for form in forms:
            ids = self.tokenizer(form, add_special_tokens=False)["input_ids"]
            if len(ids) == 1 and ids[0] != self.tokenizer.unk_token_id:
                return int(ids[0])
        raise ModelError(
            f"The language model {self.name!r} has no single token for {label!r}, so its "
            "probability cannot be read. Choose another model."
        )

    def words(self, ids: Ids) -> tuple[str, ...]:
        """Write each token as text."""
        return tuple(self.tokenizer.decode([one]) for one in ids)

    def _cut(self, text: str, continuation: str) -> tuple[Ids, Ids]:
        parts = self.tokenizer(text + continuation, return_offsets_mapping=True)
        ends = [end for _, end in parts["offset_mapping"]]
        start = next((n for n, end in enumerate(ends) if end > len(text)), len(ends))
        length = next((n for n in range(start, len(ends)) if not ends[n]), len(ends)) - start
        ids = parts["input_ids"]
        wanted = ids[start : start + min(length, self.limit - 1)]  # without a closing special token
        return fitted(ids[:start], self.limit - len(wanted)) or [self._start()], wanted

    def _start(self) -> int:
        """Give the token that stands for the start of a text."""
        for one in (self.tokenizer.bos_token_id, self.tokenizer.eos_token_id):
            if one is not None:
                return int(one)
        return 0

    def _logits(
        self, texts: Sequence[Ids], first: Sequence[int], tick: Tick
    ) -> Iterator[tuple[int, Any]]:
        """Give each text's row with what the model says after the tokens from `first` on."""
        import torch

        torch.set_num_threads(threads())
        budget = BATCH_TOKENS["cpu" if self.model.device.type == "cpu" else "cuda"]
        for rows in token_batches([len(one) for one in texts], budget):
            tick()
            batch = [texts[row] for row in rows]
            low = min(first[row] for row in rows)
            with torch.inference_mode(), quiet():
                ids, mask = self.padded(batch, left=False)
                keep = torch.arange(low, ids.shape[1], device=ids.device)
                logits = self.model(ids, attention_mask=mask, logits_to_keep=keep).logits
            logits = logits[:, -len(keep) :]  # of all, where a model knows no `logits_to_keep`
            for place, row in enumerate(rows.tolist()):
                yield row, logits[place, first[row] - low : len(texts[row]) - low]

    def padded(self, batch: Sequence[Ids], left: bool) -> tuple[Any, Any]:
        """Put texts side by side: ids, and a mask that is 1 where a token is one of the text."""
        import torch

        width = max(len(one) for one in batch)
        blank = self.tokenizer.pad_token_id
        blank = self._start() if blank is None else blank
        ids = torch.full((len(batch), width), blank, dtype=torch.long)
        mask = torch.zeros_like(ids)
        for row, one in enumerate(batch):
            place = slice(width - len(one), width) if left else slice(0, len(one))
            ids[row, place], mask[row, place] = torch.tensor(one), 1
        return ids.to(self.model.device), mask.to(self.model.device)


def fitted(ids: Ids, room: int) -> Ids:
    """Leave out tokens from the middle, so that at most `room` are left."""
    if len(ids) <= room:
        return list(ids)
    tail = max(room, 1) // 2
    return [*ids[: max(room, 1) - tail], *ids[len(ids) - tail :]]


def _log_softmax(logits: Any) -> Numbers:
    """Give log-probabilities over the vocabulary, in double precision."""
    import torch

    found: Numbers = torch.log_softmax(logits.double(), dim=-1).cpu().numpy()
    return found
