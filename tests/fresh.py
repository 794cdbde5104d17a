"""A fresh random generator for every test: its seed is logged, so that a failure can be rerun."""

import logging
import secrets

import numpy as np


def fresh() -> np.random.Generator:
    """Draw a seed, log it (pytest shows it where a test fails), and start from it."""
    seed = secrets.randbits(32)
    logging.getLogger(__name__).warning("seed of this test: %d", seed)
    return np.random.default_rng(seed)
