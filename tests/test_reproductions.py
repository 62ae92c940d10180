"""Published results at a small size: what `benchmarks/reproductions.py` measures at large ones."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "benchmarks"))

from reproductions import measured


def test_balanced_and_unbalanced_markets_are_as_published() -> None:
    """Ashlagi, Kanoria and Leshno 2017: one mentor too many, and the students are served as if they proposed."""
    balanced, unbalanced = (measured(120, mentors, seeds=4) for mentors in (120, 121))
    assert balanced.proposing == pytest.approx(balanced.harmonic, rel=0.25)
    assert balanced.theirs == pytest.approx(120 / balanced.harmonic, rel=0.25)
    assert balanced.receiving > 2 * balanced.proposing
    for short_side in (unbalanced.proposing, unbalanced.receiving):
        assert short_side == pytest.approx(unbalanced.harmonic, rel=0.25)
    assert unbalanced.share < 0.3 < balanced.share
