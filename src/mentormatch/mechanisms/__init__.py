"""From preferences to a matching: compositions of solvers, one a file."""

from mentormatch.mechanisms.mechanism import Mechanism
from mentormatch.mechanisms.registry import shipped_mechanisms

MECHANISMS: tuple[Mechanism, ...] = shipped_mechanisms()
"""What the files of this folder define, by name; the default first."""

__all__ = ["MECHANISMS", "Mechanism"]
