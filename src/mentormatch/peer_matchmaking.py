"""Peer mentors of a school (学长制): the one call from a roster to pairs of senior and junior."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from mentormatch.constraints.continuity import Continuity
from mentormatch.constraints.quotas import Quotas
from mentormatch.constraints.vetoes import Vetoes
from mentormatch.errors import InputError, InternalError
from mentormatch.matchmaking import find_mechanism
from mentormatch.objectives.coverage import PlacedStudents
from mentormatch.objectives.rank_total import RankTotal
from mentormatch.problem import Problem
from mentormatch.result import Result
from mentormatch.roster.roster import Roster
from mentormatch.solvers.engine import Options
from mentormatch.solving import Progress
from mentormatch.teams.peer_plan import PeerPlan
from mentormatch.teams.peers import peer_market
from mentormatch.text import Text
from mentormatch.verify.peers import peer_failures


@dataclass(frozen=True, eq=False)
class PeerResult:
    """Peers and their juniors, checked.

    Parameters
    ----------
    plan : PeerPlan
    result : Result
        Of the peers' market: stages, status, blocking pairs.
    pairs : tuple of (junior id, senior id)
        In the order of juniors.
    left_out : mapping of mentor id to Text
        Peers that take no part, and why.
    """

    plan: PeerPlan
    result: Result
    pairs: tuple[tuple[str, str], ...]
    left_out: Mapping[str, Text]


def match_peers(
    roster: Roster,
    plan: PeerPlan | None = None,
    *,
    on: date | None = None,
    seed: int = 0,
    time_limit: float | None = None,
    on_progress: Progress | None = None,
) -> PeerResult:
    """Match juniors with peer mentors: beside the adults, without care data, a senior at least `gap` grades above.

    Parameters
    ----------
    roster : Roster
        Peers stand among the mentors with the kind ``peer`` (学长) under their student ids; juniors name them among
        their numbered choices. A junior that has a peer keeps it unless it hands in another choice.
    plan : PeerPlan, optional
    on, seed, time_limit, on_progress
        As in `mentormatch.match`.

    Raises
    ------
    InputError
        Where the school has no peer.
    InternalError
        When the independent checker disagrees.
    """
    wanted = plan or PeerPlan()
    peers = peer_market(roster, gap=wanted.gap, on=on)
    if peers.market.num_mentors == 0:
        raise InputError(
            Text(zh="导师表中没有学长。", en="There is no peer among the mentors."),
            maybe=Text(
                zh="在导师表中以学号为工号加入学长,类型填“学长”。",
                en="add older students to the mentors, with their student id as mentor_id and the kind peer.",
            ),
        )
    mechanism = find_mechanism("two_round" if wanted.place_others else "deferred_acceptance")
    rules = [Quotas(lower=False), Vetoes(), Continuity(mode="keep_unless_asked")]
    problem = Problem(peers.market, rules, [PlacedStudents(), RankTotal()])
    result = mechanism.run(problem, Options(seed=seed, time_limit=time_limit, on_progress=on_progress), None)
    ids = () if result.matching is None else result.matching.ids()
    pairs = tuple(sorted((str(junior), str(senior)) for junior, senior in ids))
    failures = peer_failures(roster, pairs, gap=wanted.gap, on=on)
    if failures:
        raise InternalError(
            Text(
                zh="独立校验与学长匹配不一致(这是程序错误,请报告):" + " ".join(text.zh for text in failures),
                en="The checker disagrees with the matching of peers (a bug of ours, please report): "
                + " ".join(text.en for text in failures),
            )
        )
    return PeerResult(wanted, result, pairs, peers.left_out)
