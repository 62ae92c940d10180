"""A market and a matching as graphs of networkx, with everything that may be told as attributes."""

from typing import TYPE_CHECKING, Any

import numpy as np

from mentormatch.base.arrays import IndexArray, IntArray
from mentormatch.market.attribute import Attribute

if TYPE_CHECKING:
    import networkx as nx

    from mentormatch.market.market import Market


def graph_of(market: "Market", pairs: IndexArray | IntArray | None = None) -> "nx.Graph[tuple[str, Any]]":
    """Return the bipartite graph of a market, with all pairs as edges or some of them.

    Notes
    -----
    O(n + k + m); networkx keeps dictionaries, some 1 KB for each edge.
    """
    # It takes a tenth of a second to import and serves researchers alone.
    import networkx as nx

    graph: nx.Graph[tuple[str, Any]] = nx.Graph()
    students, mentors = _told(market.student_attributes), _told(market.mentor_attributes)
    for i, student in enumerate(market.student_ids):
        facts = {name: values.values(i) for name, values in students.items()}
        graph.add_node(("student", student), bipartite=0, quota=int(market.student_quota[i]), **facts)
    for j, mentor in enumerate(market.mentor_ids):
        facts = {name: values.values(j) for name, values in mentors.items()}
        lower, upper = int(market.mentor_lower[j]), int(market.mentor_upper[j])
        graph.add_node(("mentor", mentor), bipartite=1, lower=lower, upper=upper, **facts)
    for pair in range(market.num_pairs) if pairs is None else np.asarray(pairs).tolist():
        student, mentor = market.student_ids[market.student[pair]], market.mentor_ids[market.mentor[pair]]
        ranks = {"student_rank": int(market.student_rank[pair]), "mentor_rank": int(market.mentor_rank[pair])}
        graph.add_edge(("student", student), ("mentor", mentor), **ranks)
    return graph


def _told(attributes: Any) -> dict[str, Attribute]:
    """Return the attributes that are not confidential, under names that are not the graph's own."""
    own = {"bipartite", "quota", "lower", "upper"}
    return {
        name if name not in own else f"{name}_": values
        for name, values in attributes.items()
        if not values.confidential
    }
