"""Late interaction: which token of the document each token of the query has found."""

from evaluation.evidence import Explained, Part, Placed
from evaluation.execution import Execution
from evaluation.models.encoding import clipped, encode_tokens
from evaluation.models.loading import load, resolve_backend
from evaluation.models.network import Network
from evaluation.rerankers.maxsim import MaxSim

Piece = tuple[str, int, int]


def explain_matches(execution: Execution, stage: MaxSim, placed: Placed) -> Explained:
    """Match tokens anew and list them; the shares (similarity / tokens) sum to the score.

    Parts are `token`, `match` (the document's token), `start` and `end` (its place in the text; 0
    and 0 for one that stands for no character), `similarity` and `share`, in query order.
    """
    progress = execution.progress(f"Explaining: {stage.title()}")
    backend = resolve_backend(stage.model, stage.backend)
    network = load(
        stage.model, "encoder", backend, stage.max_length, lambda: progress.report(0, None, "")
    )
    (asked,) = encode_tokens(network, [placed.query], stage.query_prompt)
    (held,) = encode_tokens(network, [placed.text], stage.document_prompt)
    similarities = asked @ held.T
    best = similarities.argmax(axis=1).tolist()
    tokens = _pieces(network, placed.query, stage.query_prompt, len(asked))
    matches = _pieces(network, placed.text, stage.document_prompt, len(held))
    parts: list[Part] = []
    for row, ((token, *_), column) in enumerate(zip(tokens, best, strict=True)):
        match, start, end = matches[column]
        similarity = float(similarities[row, column])
        parts.append(
            {
                "token": token,
                "match": match,
                "start": start,
                "end": end,
                "similarity": similarity,
                "share": similarity / len(tokens),
            }
        )
    return Explained(
        method="matches",
        parts=parts,
        total=sum(part["share"] for part in parts),
        marks=_spans(parts),
    )


def _pieces(network: Network, text: str, prompt: str, count: int) -> list[Piece]:
    """Give the tokens of a text with their places in it; those of the prompt have none."""
    (whole,) = clipped(network, [text], prompt)
    shift, found = len(prompt), []
    for token, start, end in network.pieces(str(whole)):
        inside = start >= shift and end > start
        found.append((token, start - shift, end - shift) if inside else (token, 0, 0))
    return (found + [("", 0, 0)] * count)[:count]


def _spans(parts: list[Part]) -> list[list[int]]:
    """Give the places of the matched tokens, in order, those that touch as one."""
    spans: list[list[int]] = []
    for start, end in sorted({(part["start"], part["end"]) for part in parts}):
        if end > start and (not spans or start > spans[-1][1]):
            spans.append([start, end])
        elif end > start:
            spans[-1][1] = max(spans[-1][1], end)
    return spans
