"""From preferences to a matching: compositions of solvers, one a file."""

from mentormatch.mechanisms import deferred_acceptance, optimal, two_round
from mentormatch.mechanisms.mechanism import Mechanism

MECHANISMS: tuple[Mechanism, ...] = (two_round.MECHANISM, optimal.MECHANISM, deferred_acceptance.MECHANISM)
"""The default first."""

__all__ = ["MECHANISMS", "Mechanism"]
