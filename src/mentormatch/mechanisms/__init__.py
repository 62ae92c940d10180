"""From preferences to a matching: compositions of solvers, one a file."""

from mentormatch.mechanisms import (
    chinese_parallel,
    deferred_acceptance,
    efficiency_adjusted,
    first_come_first_served,
    immediate_acceptance,
    improvement_cycles,
    mentor_proposing,
    min_cost,
    optimal,
    rank_maximal,
    serial_dictatorship,
    top_trading_cycles,
    two_round,
)
from mentormatch.mechanisms.mechanism import Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    two_round.MECHANISM,
    optimal.MECHANISM,
    deferred_acceptance.MECHANISM,
    deferred_acceptance.MULTIPLE,
    improvement_cycles.MECHANISM,
    efficiency_adjusted.MECHANISM,
    mentor_proposing.MECHANISM,
    chinese_parallel.MECHANISM,
    immediate_acceptance.MECHANISM,
    immediate_acceptance.ADAPTIVE,
    serial_dictatorship.MECHANISM,
    serial_dictatorship.RANDOM,
    top_trading_cycles.MECHANISM,
    first_come_first_served.MECHANISM,
    min_cost.MECHANISM,
    rank_maximal.MECHANISM,
)
"""The default first."""

__all__ = ["MECHANISMS", "Mechanism"]
