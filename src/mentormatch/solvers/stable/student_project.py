"""Student-project allocation without ties, as an engine: best for all students, or best for all supervisors.

Students propose to topics, and a supervisor who has too many drops its worst student of the topic, or of all its topics
(SPA-student); or supervisors offer the topic that the student likes best of those with room (SPA-lecturer). What is
struck on the way stands in no stable matching. Both are of Abraham, Irving and Manlove 2007.
"""

from heapq import heappop, heappush

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.base.text import Text
from mentormatch.formulation.kinds import Kinds
from mentormatch.formulation.rows import Rows
from mentormatch.formulation.terms import BottleneckTerm, LinearTerm
from mentormatch.formulation.topic_rows import Topics
from mentormatch.problem.form import Form
from mentormatch.problem.result import Reason, StageValue, Status
from mentormatch.solvers.engine import Engine, Options, Outcome
from mentormatch.solvers.stable.pure_stability import reason, reasons_of_rows, reasons_of_stages

# No convex terms: how many have a topic, and how many a supervisor takes of each, differs between stable matchings.
TAKES: Kinds = frozenset({Rows, Topics, LinearTerm, BottleneckTerm})


def misfits(form: Form) -> tuple[Reason, ...]:
    """Return why neither of the two matchings answers a form exactly.

    One does where stability of topics is asked over all open pairs, only upper quotas bind, nobody is indifferent, and
    the stages follow the students' ranks, or are sums that follow the supervisors' ranks: all stable matchings place
    the same students and give every supervisor as many, and either one gives everybody of its side the best at once.
    """
    asked = form.of(Topics)
    if len(asked) != 1:
        return (reason("no_topics", "没有要求按题目稳定。", "Stability of topics is not asked for once."),)
    topics, market = asked[0], form.market
    spoken_of = np.zeros(market.num_pairs, bool)
    spoken_of[topics.pairs] = True
    if not spoken_of[form.open].all():
        return (reason("placement_pairs", "有不要求稳定的可用配对。", "Stability leaves out some open pairs."),)
    person = topics.person[market.mentor]
    reasons = reasons_of_rows(form, (person, topics.seats))
    pairs = np.flatnonzero(form.open)
    if _has_ties(market.student[pairs], market.student_rank[pairs], pairs):
        reasons.append(reason("student_ties", "学生志愿有并列。", "Some students are indifferent between topics."))
    if _has_ties(person[pairs], market.mentor_rank[pairs], market.student[pairs]):
        text = ("导师排序有并列。", "Some supervisors are indifferent between students.")
        reasons.append(reason("mentor_ties", *text))
    if not _is_for_supervisors(form, topics):
        reasons += reasons_of_stages(form)
    return tuple(reasons)


def solve(form: Form, options: Options) -> Outcome:
    """Return the student-optimal stable matching, or the supervisor-optimal one where only that serves the stages."""
    topics = form.of(Topics)[0]
    propose = supervisors_propose if reasons_of_stages(form) else students_propose
    chosen = np.zeros(form.market.num_pairs, bool)
    chosen[propose(topics, usable=form.open)] = True
    stages = [StageValue.exact(stage, stage.cost(chosen)) for stage in form.stages]
    return Outcome(status=Status.OPTIMAL, pairs=np.flatnonzero(chosen), stages=tuple(stages))


def students_propose(topics: Topics, *, usable: BoolArray) -> IntArray:
    """Return the pairs of the stable matching that is best for every student.

    Parameters
    ----------
    topics : Topics
        Without ties among the usable pairs.
    usable : bool array of shape (m,)

    Notes
    -----
    O(m log m): every pair is proposed once at most.
    """
    market = topics.market
    lists, at = _lists(topics, usable), [0] * market.num_students
    mentor, rank = market.mentor.tolist(), market.mentor_rank.tolist()
    person = topics.person.tolist()
    of_topic = [_Places(seats) for seats in market.mentor_upper.tolist()]
    of_person = [_Places(seats) for seats in topics.seats.tolist()]
    held = [-1] * market.num_students
    free = list(range(market.num_students))
    while free:
        student = free.pop()
        while at[student] < len(lists[student]):
            pair = lists[student][at[student]]
            topic, one = of_topic[mentor[pair]], of_person[person[mentor[pair]]]
            if not (topic.would_keep(rank[pair]) and one.would_keep(rank[pair])):
                at[student] += 1
                continue
            held[student] = pair
            topic.add(rank[pair], student, pair)
            one.add(rank[pair], student, pair)
            crowded = topic if topic.count > topic.seats else one if one.count > one.seats else None
            if crowded is not None:
                loser, lost = crowded.worst(held)
                held[loser] = -1
                of_topic[mentor[lost]].count -= 1
                one.count -= 1
                free.append(loser)
            topic.close(held)
            one.close(held)
            break
    return np.array(sorted(pair for pair in held if pair >= 0), np.int64)


class _Places:
    """The places of a topic or of a supervisor: how many are taken, by whom, and from which rank on it is closed."""

    def __init__(self, seats: int) -> None:
        self.seats, self.count = seats, 0
        self._last: int | None = None if seats else 0
        self._heap: list[tuple[int, int, int]] = []

    def would_keep(self, rank: int) -> bool:
        return self._last is None or rank <= self._last

    def add(self, rank: int, student: int, pair: int) -> None:
        heappush(self._heap, (-rank, student, pair))
        self.count += 1

    def worst(self, held: list[int]) -> tuple[int, int]:
        """Return the worst student that is here still, and its pair."""
        while held[self._heap[0][1]] != self._heap[0][2]:
            heappop(self._heap)
        return self._heap[0][1:]

    def close(self, held: list[int]) -> None:
        """Strike all that come behind the worst student, for good, where every place is taken."""
        if self.count == self.seats:
            self.worst(held)
            self._last = -self._heap[0][0]


def supervisors_propose(topics: Topics, *, usable: BoolArray) -> IntArray:
    """Return the pairs of the stable matching that is best for every supervisor; parameters as in `students_propose`.

    Notes
    -----
    O(m log m) plus a look at the topics of a supervisor for every offer.
    """
    market = topics.market
    takes = usable & (market.mentor_upper[market.mentor] > 0) & (topics.seats[topics.person[market.mentor]] > 0)
    mentor, student = market.mentor.tolist(), market.student.tolist()
    wish, rank = market.student_rank.tolist(), market.mentor_rank.tolist()
    person, seats, upper = topics.person.tolist(), topics.seats.tolist(), market.mentor_upper.tolist()
    liked: list[list[int]] = [[] for _ in upper]
    for pair in np.flatnonzero(takes)[np.argsort(market.mentor_rank[takes], kind="stable")].tolist():
        liked[mentor[pair]].append(pair)
    mine: list[list[int]] = [[] for _ in seats]
    for topic, one in enumerate(person):
        mine[one].append(topic)
    at, load, total = [0] * len(upper), [0] * len(upper), [0] * len(seats)
    held = [-1] * market.num_students

    def next_of(topic: int) -> int | None:
        """Return the best student's pair that may still come: one that the student likes better than what it has."""
        while at[topic] < len(liked[topic]):
            pair = liked[topic][at[topic]]
            has = held[student[pair]]
            if has < 0 or wish[pair] < wish[has]:
                return pair
            at[topic] += 1
        return None

    waiting = [one for one, number in enumerate(seats) if number and mine[one]]
    while waiting:
        one = waiting.pop()
        while total[one] < seats[one]:
            offers = [pair for t in mine[one] if load[t] < upper[t] and (pair := next_of(t)) is not None]
            if not offers:
                break
            pair = min(offers, key=lambda p: (rank[p], wish[p]))
            left = held[student[pair]]
            if left >= 0:
                load[mentor[left]] -= 1
                total[person[mentor[left]]] -= 1
                waiting.append(person[mentor[left]])
            held[student[pair]] = pair
            load[mentor[pair]] += 1
            total[one] += 1
    return np.array(sorted(pair for pair in held if pair >= 0), np.int64)


def _lists(topics: Topics, usable: BoolArray) -> list[list[int]]:
    market = topics.market
    lists: list[list[int]] = [[] for _ in range(market.num_students)]
    pairs = np.flatnonzero(usable)
    for pair in pairs[np.lexsort((market.student_rank[pairs], market.student[pairs]))].tolist():
        lists[market.student[pair]].append(pair)
    return lists


def _has_ties(owner: IntArray, rank: IntArray, partner: IntArray) -> bool:
    """Tell whether somebody gives one rank to two partners."""
    order = np.lexsort((partner, rank, owner))
    owner, rank, partner = owner[order], rank[order], partner[order]
    same = (owner[1:] == owner[:-1]) & (rank[1:] == rank[:-1])
    return bool((same & (partner[1:] != partner[:-1])).any())


def _is_for_supervisors(form: Form, topics: Topics) -> bool:
    """Tell whether every stage is a sum whose costs grow with the supervisors' ranks and depend on nothing else."""
    market = form.market
    pairs = np.flatnonzero(form.open)
    person = topics.person[market.mentor[pairs]]
    order = np.lexsort((market.mentor_rank[pairs], person))
    pairs, person = pairs[order], person[order]
    same = person[1:] == person[:-1]
    equal = same & (np.diff(market.mentor_rank[pairs]) == 0)
    for stage in form.stages:
        cost = np.zeros(market.num_pairs, np.int64)
        for term in stage.terms:
            if not isinstance(term, LinearTerm):
                return False
            cost += term.cost
        step = np.diff(cost[pairs])
        if (step[same] < 0).any() or step[equal].any():
            return False
    return True


ENGINE = Engine("student_project", TAKES, misfits, solve, Text("课题匹配", "student-project matching"))
