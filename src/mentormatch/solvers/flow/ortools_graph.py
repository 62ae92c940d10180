"""The flow solvers of OR-tools, imported when first needed.

Their stubs describe arrays in a way that no type checker accepts, so what comes from here is untyped.
"""

from typing import Any


def new_max_flow() -> Any:
    """Return an empty `SimpleMaxFlow`."""
    from ortools.graph.python.max_flow import SimpleMaxFlow

    return SimpleMaxFlow()


def new_min_cost_flow() -> Any:
    """Return an empty `SimpleMinCostFlow`."""
    from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

    return SimpleMinCostFlow()
