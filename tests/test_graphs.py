"""Graphs of networkx, and networkx as a second oracle: it shares no code with the engines."""

import networkx as nx
import numpy as np
import pytest

import mentormatch as mm
from mentormatch.constraints import Quotas
from mentormatch.market.attribute import Attribute
from mentormatch.objectives import PlacedStudents, RankTotal
from random_markets import random_market


def flow_of(market: mm.Market) -> nx.DiGraph:
    """Return the market as a network: as many units as students can be placed, each rank a cost."""
    graph: nx.DiGraph = nx.DiGraph()
    graph.add_nodes_from(["source", "sink"])
    for one, other, facts in market.to_networkx().edges(data=True):
        student, mentor = sorted((one, other), key=lambda node: node[0] == "mentor")
        graph.add_edge(student, mentor, capacity=1, weight=facts["student_rank"])
    for node, facts in market.to_networkx().nodes(data=True):
        if facts["bipartite"]:
            graph.add_edge(node, "sink", capacity=facts["upper"], weight=0)
        else:
            graph.add_edge("source", node, capacity=1, weight=0)
    return graph


@pytest.mark.parametrize("seed", range(40))
def test_a_flow_of_networkx_places_as_many_at_the_same_cost(seed: int) -> None:
    drawn = random_market(np.random.default_rng(seed))
    market = drawn.replace(
        mentor_lower=np.zeros(drawn.num_mentors, np.int64), student_quota=np.ones(drawn.num_students, np.int64)
    )
    result = mm.solve(mm.Problem(market, [Quotas()], [PlacedStudents(), RankTotal()]))
    graph = flow_of(market)
    best = nx.max_flow_min_cost(graph, "source", "sink")
    assert sum(best["source"].values()) == result.matched.num_placed
    assert nx.cost_of_flow(graph, best) == int(market.student_rank[result.matched.pairs].sum())


def test_a_graph_tells_what_may_be_told() -> None:
    market = mm.Market.from_preferences({1: ["x", "y"], 2: ["x"]}, quotas={"x": (1, 2)}).replace(
        student_attributes={
            "care": Attribute.from_values(["key", None], confidential=True),
            "quota": Attribute.from_values(["a", "b"]),
        }
    )
    graph = market.to_networkx()
    assert graph.nodes[("student", 1)] == {"bipartite": 0, "quota": 1, "quota_": ("a",)}
    assert graph.nodes[("mentor", "x")] == {"bipartite": 1, "lower": 1, "upper": 2}
    assert graph.edges[("student", 1), ("mentor", "y")] == {"student_rank": 2, "mentor_rank": 1}
    assert nx.is_bipartite(graph)
    matching = mm.Matching.from_ids(market, [(2, "x")])
    assert [set(edge) for edge in matching.to_networkx().edges] == [{("student", 2), ("mentor", "x")}]
    assert len(matching.to_networkx()) == len(graph)
