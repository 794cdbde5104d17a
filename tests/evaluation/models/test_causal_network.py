import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from evaluation.errors import CancelledError, ModelError
from evaluation.models.causal_loading import load_causal
from evaluation.models.causal_network import fitted
from evaluation.models.causal_writing import write
from tests.fresh_seed import fresh_seed
from tests.tiny_language_model import LANGUAGE_MODEL, POSITIONS
from tests.tiny_models import ENCODER, WORDS


def nothing() -> None:
    """Tick to nobody."""


def random_texts(count: int, longest: int) -> list[str]:
    random = np.random.default_rng(fresh_seed())
    return [" ".join(random.choice(WORDS, random.integers(0, longest))) for _ in range(count)]


def by_hand(text: str, continuation: str) -> list[float]:
    """Log-probabilities one token after the other, by transformers alone."""
    import torch

    network = load_causal(LANGUAGE_MODEL)
    ids = network.tokenizer(text)["input_ids"] or [network.tokenizer.eos_token_id]
    found = []
    for one in network.tokenizer(continuation)["input_ids"]:
        with torch.no_grad():
            logits = network.model(torch.tensor([ids])).logits[0, -1].double()
        found.append(float(logits[one] - torch.logsumexp(logits, 0)))
        ids = [*ids, one]
    return found


def test_a_likelihood_is_what_a_plain_loop_of_log_softmax_gives(model_root: Path) -> None:
    texts, queries = random_texts(12, 40), [f" {text}" for text in random_texts(12, 8)]
    pairs = list(zip(texts, queries, strict=True))
    for (ids, values, _), pair in zip(
        load_causal(LANGUAGE_MODEL).likelihoods(pairs, nothing), pairs, strict=True
    ):
        assert len(ids) == len(values)
        assert values == pytest.approx(by_hand(*pair), abs=1e-5)


def test_no_number_depends_on_the_others_of_its_batch(model_root: Path) -> None:
    network = load_causal(LANGUAGE_MODEL)
    texts, queries = random_texts(30, 60), [f" {text}" for text in random_texts(30, 9)]
    pairs = list(zip(texts, queries, strict=True))
    together = network.likelihoods(pairs, nothing)
    backwards = network.likelihoods(pairs[::-1], nothing)[::-1]
    ids = [network.prompt_ids(text) for text in texts]
    chosen = network.choices(ids, ("yes", "no"), nothing)
    for row, pair in enumerate(pairs):
        alone = network.likelihoods([pair], nothing)[0][1]
        assert together[row][1] == pytest.approx(alone, abs=1e-5)
        assert backwards[row][1] == pytest.approx(alone, abs=1e-5)
        one = network.choices([ids[row]], ("yes", "no"), nothing)[0]
        assert chosen[row] == pytest.approx(one, abs=1e-5)


def test_a_choice_is_the_next_token_of_a_likelihood(model_root: Path) -> None:
    network = load_causal(LANGUAGE_MODEL)
    texts = random_texts(8, 30)
    chosen = network.choices([network.prompt_ids(text) for text in texts], ("yes",), nothing)
    spoken = network.likelihoods([(text, " yes") for text in texts], nothing)
    assert chosen[:, 0] == pytest.approx([values[0] for _, values, _ in spoken], abs=1e-5)


def test_a_label_of_several_tokens_is_refused(model_root: Path) -> None:
    with pytest.raises(ModelError, match="no single token for 'zyzzyva'"):
        load_causal(LANGUAGE_MODEL).label_id("zyzzyva")


def test_what_is_too_long_loses_its_middle() -> None:
    assert fitted([1, 2, 3, 4, 5, 6], 4) == [1, 2, 5, 6]
    assert fitted([1, 2, 3], 3) == [1, 2, 3]
    assert fitted([1, 2, 3], 1) == [1]


def test_the_longest_texts_can_be_read(model_root: Path) -> None:
    network = load_causal(LANGUAGE_MODEL)
    assert network.limit == POSITIONS
    long = "river engine " * 200
    ids, values, read = network.likelihoods([(long, " old market")], nothing)[0]
    assert (len(ids), read) == (2, POSITIONS - 2)
    assert np.isfinite(values).all()
    ids, _, _ = network.likelihoods([("river", f" {long}")], nothing)[0]
    assert len(ids) == POSITIONS - 1
    assert len(next(write(network, [long], 20, nothing))[0][1]) > 0


def test_writing_takes_the_most_likely_token_each_time(model_root: Path) -> None:
    import torch

    network = load_causal(LANGUAGE_MODEL)
    prompts = [text or "old" for text in random_texts(6, 20)]
    replies = {
        row: text for batch in write(network, prompts, 8, nothing) for row, text, *_ in batch
    }
    for row, prompt in enumerate(prompts):
        ids, own = network.prompt_ids(prompt, 8), list[int]()
        for _ in range(8):
            with torch.no_grad():
                best = int(network.model(torch.tensor([ids + own])).logits[0, -1].argmax())
            if best == network.tokenizer.eos_token_id:
                break
            own.append(best)
        assert replies[row] == network.tokenizer.decode(own, skip_special_tokens=True).strip()


def test_writing_stops_between_two_tokens(model_root: Path) -> None:
    heard = []

    def tick() -> None:
        heard.append(1)
        if len(heard) == 4:
            raise CancelledError

    with pytest.raises(CancelledError):
        list(write(load_causal(LANGUAGE_MODEL), ["old river"], 50, tick))
    assert len(heard) == 4


def test_a_model_with_a_form_for_messages_is_asked_in_it(
    model_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(model_root / LANGUAGE_MODEL, tmp_path / "chat")
    form = "query {{ messages[0]['content'] }} answer"
    (tmp_path / "chat" / "chat_template.jinja").write_text(form)
    plain = load_causal(LANGUAGE_MODEL)
    monkeypatch.setenv("RANKLAB_MODEL_ROOT", str(tmp_path))
    network = load_causal("chat")
    assert network.prompt_ids("old river") == plain.prompt_ids("query old river answer")


def test_what_is_no_causal_language_model_is_refused(model_root: Path) -> None:
    with pytest.raises(ModelError, match="is no causal language model"):
        load_causal(ENCODER)


@pytest.mark.parametrize("file", ["config.json", "tokenizer_config.json"])
def test_code_of_a_model_is_never_run(
    model_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str
) -> None:
    folder = tmp_path / "foreign"
    shutil.copytree(model_root / LANGUAGE_MODEL, folder)
    about = json.loads((folder / file).read_text())
    about |= {"auto_map": {"AutoModelForCausalLM": "own.Own", "AutoTokenizer": "own.Own"}}
    if file == "config.json":
        about["model_type"] = "own"
    (folder / file).write_text(json.dumps(about))
    (folder / "own.py").write_text("raise SystemExit('it ran')")
    monkeypatch.setenv("RANKLAB_MODEL_ROOT", str(tmp_path))
    with pytest.raises(ModelError, match="code of its own"):
        load_causal("foreign")
