"""Model folders with something wrong."""

import json
import shutil
from pathlib import Path

import pytest

from tests.tiny_models import CROSS_ENCODER, ENCODER


@pytest.fixture
def odd_models(model_root: Path) -> None:
    """Model folders with truncated weights, with code of their own, with two scores."""
    if (model_root / "broken").exists():
        return
    from transformers import BertConfig, BertForSequenceClassification

    shutil.copytree(model_root / "plain-bert", model_root / "broken")
    weights = model_root / "broken" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    shutil.copytree(model_root / ENCODER, model_root / "foreign")
    modules = [{"idx": 0, "name": "0", "path": "", "type": "foreign_code.Anything"}]
    (model_root / "foreign" / "modules.json").write_text(json.dumps(modules), "utf-8")
    (model_root / "foreign" / "foreign_code.py").write_text("raise SystemExit('it ran')", "utf-8")
    shutil.copytree(model_root / CROSS_ENCODER, model_root / "two-numbers")
    config = BertConfig.from_pretrained(model_root / CROSS_ENCODER, num_labels=2)
    BertForSequenceClassification(config).save_pretrained(model_root / "two-numbers")
