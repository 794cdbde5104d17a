"""Letting a causal language model write: the most likely token after the other."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from evaluation.models.causal_network import CausalNetwork, Ids
from evaluation.models.network import threads, token_batches
from evaluation.models.torch_network import quiet

BATCH_TOKENS = {"cpu": 4096, "cuda": 65_536}  # of prompts and replies together
Written = tuple[int, str, int, int]


def write(
    network: CausalNetwork, prompts: Sequence[str], most_tokens: int, tick: Callable[[], None]
) -> Iterator[list[Written]]:
    """Answer prompts, some at a time.

    Args:
        network: a loaded model.
        prompts: what a user would write.
        most_tokens: the longest reply; half of what the model reads at most.
        tick: called before each token; may raise to stop.

    Returns:
        for the prompts of each batch: row, reply, tokens read, tokens written.
    """
    import torch

    torch.set_num_threads(threads())
    most = min(most_tokens, network.limit // 2)
    ids = [network.prompt_ids(prompt, most) for prompt in prompts]
    budget = BATCH_TOKENS["cpu" if network.model.device.type == "cpu" else "cuda"]
    for rows in token_batches([len(one) + most for one in ids], budget):
        tick()
        batch = [ids[row] for row in rows]
        written = _continued(network, batch, most, tick)
        yield [
            (int(row), _text(network, reply), len(one), len(reply))
            for row, one, reply in zip(rows, batch, written, strict=True)
        ]


def _text(network: CausalNetwork, reply: Ids) -> str:
    return str(network.tokenizer.decode(reply, skip_special_tokens=True)).strip()


def _continued(
    network: CausalNetwork, batch: list[Ids], most: int, tick: Callable[[], None]
) -> list[Ids]:
    """Give the tokens written after each prompt, without the one that ends a reply."""
    import torch
    from transformers import GenerationConfig, StoppingCriteria, StoppingCriteriaList

    class Ticking(StoppingCriteria):
        """Lets the listener stop the work between two tokens."""

        def __call__(self, input_ids: Any, scores: Any, **more: Any) -> Any:
            del scores, more
            tick()
            return torch.zeros(len(input_ids), dtype=torch.bool, device=input_ids.device)

    given, mask = network.padded(batch, left=True)
    ends = _ends(network)
    settings = GenerationConfig(  # type: ignore[no-untyped-call]
        max_new_tokens=most,
        do_sample=False,
        eos_token_id=ends or None,
        pad_token_id=ends[0] if ends else 0,
    )
    with torch.inference_mode(), quiet():
        found = network.model.generate(
            given,
            attention_mask=mask,
            generation_config=settings,
            stopping_criteria=StoppingCriteriaList([Ticking()]),
        )
    return [_until(row, ends) for row in found[:, given.shape[1] :].tolist()]


def _ends(network: CausalNetwork) -> Ids:
    """List the tokens that end a reply."""
    own = getattr(network.model.generation_config, "eos_token_id", None)
    own = own if own is not None else network.tokenizer.eos_token_id
    return [] if own is None else [int(one) for one in (own if isinstance(own, list) else [own])]


def _until(ids: Ids, ends: Ids) -> Ids:
    return ids[: next((place for place, one in enumerate(ids) if one in ends), len(ids))]
