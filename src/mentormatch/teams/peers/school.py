"""Peer mentors of a school (学长制): the one call from a roster to pairs of senior and junior."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from mentormatch.base.errors import InputError, raise_disagreement
from mentormatch.base.text import Text
from mentormatch.constraints.continuity import Continuity
from mentormatch.constraints.quotas import Quotas
from mentormatch.constraints.vetoes import Vetoes
from mentormatch.matchmaking import find_mechanism
from mentormatch.mechanisms.solving import Progress
from mentormatch.objectives.placed_students import PlacedStudents
from mentormatch.objectives.rank_total import RankTotal
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import Result
from mentormatch.roster.roster import Roster
from mentormatch.rules.peer_plan import PeerPlan
from mentormatch.rules.rules_file import Rules
from mentormatch.solvers.engine import Options
from mentormatch.teams.allowed_pairs import AllowedPairs, pair_rules
from mentormatch.teams.peers.check import peer_failures
from mentormatch.teams.peers.problem import peer_market


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
    passed_over : tuple of Text
        Choices of a peer that could not count, and why.
    """

    plan: PeerPlan
    result: Result
    pairs: tuple[tuple[str, str], ...]
    left_out: Mapping[str, Text]
    passed_over: tuple[Text, ...] = ()

    @property
    def without_peer(self) -> tuple[str, ...]:
        """The juniors that chose a peer they may have, and have none."""
        market, matched = self.result.problem.market, {junior for junior, _ in self.pairs}
        asked = (str(market.student_ids[at]) for at in np.unique(market.student[market.is_choice]).tolist())
        return tuple(sorted(set(asked) - matched))


def match_peers(
    roster: Roster,
    plan: PeerPlan | None = None,
    *,
    rules: Rules | None = None,
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
    rules : Rules, optional
        Rules about two people hold for peers, too: forbidden and separated pairs, conflicts of interest, requests.
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
    between_two = pair_rules(roster, ("peer",), rules=rules, on=on)
    peers = peer_market(roster, rules=between_two, gap=wanted.gap, on=on)
    if peers.market.num_mentors == 0:
        raise InputError(
            Text(zh="导师表中没有学长。", en="There is no peer among the mentors."),
            maybe=Text(
                zh="在导师表中以学号为工号加入学长,类型填“学长”。",
                en="add older students to the mentors, with their student id as mentor_id and the kind peer.",
            ),
        )
    mechanism = find_mechanism("two_round" if wanted.place_others else "deferred_acceptance")
    vetoes = [rule for rule in between_two if isinstance(rule, Vetoes)]
    market_rules = [Quotas(lower=False), *vetoes, Continuity(mode="keep_unless_asked")]
    problem = Problem(peers.market, market_rules, [PlacedStudents(), RankTotal()])
    result = mechanism.run(problem, Options(seed=seed, time_limit=time_limit, on_progress=on_progress), None)
    ids = () if result.matching is None else result.matching.ids()
    pairs = tuple(sorted((str(junior), str(senior)) for junior, senior in ids))
    failures = (
        *peer_failures(roster, pairs, gap=wanted.gap, on=on),
        *AllowedPairs.of_school(roster, ("peer",), rules=rules, on=on).failures(pairs),
    )
    raise_disagreement(Text("学长匹配", "the matching of peers"), failures)
    return PeerResult(wanted, result, pairs, peers.left_out, _passed_over(roster, wanted.gap))


def _passed_over(roster: Roster, gap: int) -> tuple[Text, ...]:
    """Say which choices of a peer do not count because the senior is not enough grades above."""
    students = roster.students_by_id
    seniors = {mentor.mentor_id for mentor in roster.mentors if mentor.kind == "peer" and mentor.mentor_id in students}
    said = []
    for form in sorted(roster.student_preferences, key=lambda form: form.student_id):
        for senior in (*form.choices, *form.acceptable):
            if senior in seniors:
                above = students[senior].grade_number - students[form.student_id].grade_number
                if above < gap:
                    said.append(
                        Text(
                            zh=f"学生 {form.student_id} 选的学长 {senior} 不计:没有高出 {gap} 个年级",
                            en=f"the choice {senior} of student {form.student_id} does not count: not {gap} grade(s) "
                            "above",
                        )
                    )
    return tuple(said)
