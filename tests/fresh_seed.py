"""A seed drawn anew for every run of a test, so that no implementation can fit the inputs."""

import secrets
import sys


def fresh_seed() -> int:
    """Draw a seed and write it down: pytest shows what was written when the test fails."""
    seed = secrets.randbits(32)
    sys.stdout.write(f"seed: {seed}\n")
    return seed
