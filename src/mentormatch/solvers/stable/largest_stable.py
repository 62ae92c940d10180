"""The largest weakly stable matching with ties (MAX-HRT, MAX-SMTI) as an engine: search from below, bounds from above.

The pairs that no stable matching has are removed first (`solvers.cp.reduce`), and what falls apart is bounded
apart. A largest matching of the rest, stable or not, is a bound; where the search does not meet it, a linear relaxation
gives a better one (`solvers.stable.stable_bound`); where a gap is left, CP-SAT looks for a matching of the size of
the bound or shows that there is none, in turns with further search and with efforts that double. So the answer is
exact, and on random markets it is mostly found and proven by search and relaxation alone.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.base.budget import Budget
from mentormatch.base.text import Text
from mentormatch.formulation.kinds import Kinds
from mentormatch.formulation.rows import Rows, Stable
from mentormatch.formulation.terms import LinearTerm
from mentormatch.problem.form import Form
from mentormatch.problem.result import Reason, StageValue, Status
from mentormatch.solvers.cp.reduce import usable_pairs
from mentormatch.solvers.engine import Engine, Options, Outcome
from mentormatch.solvers.flow.components import component_labels
from mentormatch.solvers.stable.deferred_acceptance import drawn_orders, student_proposing
from mentormatch.solvers.stable.largest_matching import LargestMatching, largest_matching
from mentormatch.solvers.stable.pure_stability import reason, reasons_of_rows, reasons_of_stability
from mentormatch.solvers.stable.size_search import SearchEffort, SizeAnswer, objective_unit, search_largest, search_size
from mentormatch.solvers.stable.stable_bound import stable_bound
from mentormatch.solvers.stable.tie_search import TieSearch

# Kicks of a round: so many, or one for so many pairs; twice as many after every few rounds.
_KICKS, _PAIRS_A_KICK, _PATIENCE = 500, 8, 4
# Deterministic seconds of CP-SAT for each component in the first round, how much more in each next one, and the most
# pairs of a component that it looks at in the first; these double.
_WORK, _MORE, _SMALL = 0.5, 4, 5_000


TAKES: Kinds = frozenset({Rows, Stable, LinearTerm})


def misfits(form: Form) -> tuple[Reason, ...]:
    """Return why the search for a largest weakly stable matching does not answer a form exactly.

    It does where weak stability is asked over all open pairs, only upper quotas bind, no student takes several, and the
    one stage is the number of matched pairs, or students, which is the same then.
    """
    reasons = [*reasons_of_stability(form), *reasons_of_rows(form)]
    if (form.market.student_quota[form.market.student[form.open]] > 1).any():
        reasons.append(reason("many_to_many", "有学生可有多名导师。", "Some students take several mentors."))
    if len(form.stages) != 1:
        reasons.append(reason("stages", "目标不是恰好一个。", "There is not exactly one stage."))
    elif not _counts_pairs(form):
        text = (f"目标 {form.stages[0].name} 不是配对数。", f"The stage {form.stages[0].name} is no number of pairs.")
        reasons.append(reason("stage", *text))
    return tuple(reasons)


def solve(form: Form, options: Options) -> Outcome:
    """Search and bound in turns until they meet.

    An interrupt (Ctrl-C) stops the search like a limit: the best matching so far is returned, with ``interrupted`` in
    the statistics. The answer depends on the seed and on nothing else unless a limit or an interrupt struck.
    """
    climb = _climb(form, options)
    try:
        climb.run()
    except KeyboardInterrupt:
        climb.interrupted = True
    stage, unit = form.stages[0], objective_unit(form)
    cost, bound = -unit * climb.size, -unit * int(climb.bound.sum())
    proven = cost == bound
    told = StageValue.of(stage, cost, bound, proven=proven)
    options.tell(told)
    return Outcome(
        status=Status.OPTIMAL if proven else Status.FEASIBLE,
        pairs=np.flatnonzero(climb.chosen),
        stages=(told,),
        stopped_by_limit=not proven,
        statistics={
            "pairs": int(climb.usable.sum()),
            "components": len(climb.bound),
            "seconds": climb.budget.spent,
            **climb.statistics,
            **({"interrupted": True} if climb.interrupted else {}),
        },
    )


def _counts_pairs(form: Form) -> bool:
    terms = form.stages[0].terms
    if len(terms) != 1 or not isinstance(terms[0], LinearTerm):
        return False
    cost = np.unique(terms[0].cost)
    return not len(cost) or (len(cost) == 1 and int(cost[0]) < 0)


def _climb(form: Form, options: Options) -> "_Climb":
    budget = Budget(options.time_limit)
    market, usable = form.market, usable_pairs(form)
    label, count = component_labels(market, usable)
    largest = largest_matching(market, usable)
    chosen = np.zeros(market.num_pairs, bool)
    student_order, mentor_order = drawn_orders(market, options.seed)
    chosen[
        student_proposing(
            market,
            usable=usable,
            student_order=student_order,
            mentor_order=mentor_order,
        )
    ] = True
    bound = np.bincount(label[largest.chosen], minlength=count)
    return _Climb(form, options, budget, usable, label, largest, bound, chosen)


@dataclass
class _Climb:
    """The best matching so far, and what bounds each component."""

    form: Form
    options: Options
    budget: Budget
    usable: BoolArray
    label: IntArray
    largest: LargestMatching
    bound: IntArray
    chosen: BoolArray
    interrupted: bool = False
    statistics: dict[str, Any] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Number of matched pairs."""
        return int(self.chosen.sum())

    def run(self) -> None:
        """Raise the matching and lower the bounds until they meet, or a limit strikes."""
        if self._is_done():
            return
        flow, start = self.bound.copy(), self.chosen
        search = TieSearch(self.form.market, self.usable, start=start, seed=self.options.seed)
        kicks = max(_KICKS, int(self.usable.sum()) // _PAIRS_A_KICK)
        rounds = 0
        while not self._is_done():
            # What a search has settled into it seldom leaves: each round begins anew.
            search.load(start)
            search.promote(stop=self._stop)
            self._take(search)
            self._focus(search)
            search.improve(target=int(self.bound.sum()), kicks=kicks << rounds // _PATIENCE, stop=self._stop)
            self._take(search)
            if rounds == 0 and not self._is_done():
                self._relax()
            for component in self._open():
                if not self._is_done() and self._num_pairs()[component] <= _SMALL << rounds:
                    effort = SearchEffort(_WORK * _MORE**rounds, self.budget.left, self.options.seed + rounds)
                    self._search(component, effort, flow)
            rounds += 1
        self.statistics |= {"kicks": search.kicks, "rounds": rounds}

    def _is_done(self) -> bool:
        return self.size == int(self.bound.sum()) or self._stop() or self.interrupted

    def _stop(self) -> bool:
        return self.budget.is_spent

    def _sizes(self) -> IntArray:
        return np.bincount(self.label[self.chosen], minlength=len(self.bound))

    def _open(self) -> list[int]:
        """Return the components with a gap, those with few pairs first."""
        gap = np.flatnonzero(self._sizes() < self.bound)
        order: list[int] = gap[np.argsort(self._num_pairs()[gap], kind="stable")].tolist()
        return order

    def _num_pairs(self) -> IntArray:
        return np.bincount(self.label[self.usable], minlength=len(self.bound))

    def _focus(self, search: TieSearch) -> None:
        market = self.form.market
        at = np.flatnonzero(self.usable)
        at = at[np.isin(self.label[at], self._open())]
        students, mentors = np.zeros(market.num_students, bool), np.zeros(market.num_mentors, bool)
        students[market.student[at]] = True
        mentors[market.mentor[at]] = True
        search.focus(students, mentors)

    def _take(self, search: TieSearch) -> None:
        """Take over the components in which the search is ahead."""
        found = search.chosen()
        ahead = np.bincount(self.label[found], minlength=len(self.bound)) > self._sizes()
        self.chosen = np.where((self.label >= 0) & ahead[self.label], found, self.chosen)
        self._report()

    def _report(self) -> None:
        stage, unit = self.form.stages[0], objective_unit(self.form)
        self.options.tell(StageValue.of(stage, -unit * self.size, -unit * int(self.bound.sum()), proven=False))

    def _relax(self) -> None:
        """Lower the bounds of open components by the linear relaxation."""
        still = np.array(self._open(), np.int64)
        number = np.full(len(self.bound), -1, np.int64)
        number[still] = np.arange(len(still))
        at = np.flatnonzero(self.usable)
        at = at[number[self.label[at]] >= 0]
        found = stable_bound(self.form.market, at, number[self.label[at]], time_limit=self.budget.left)
        self.statistics["relaxation"] = None if found is None else int(found.sum())
        if found is not None:
            self.bound[still] = np.minimum(self.bound[still], found)
        self._report()

    def _search(self, component: int, effort: SearchEffort, flow: IntArray) -> None:
        """Let CP-SAT look for a matching of the size of a largest one, or for a largest stable one below that."""
        usable = self.usable & (self.label == component)
        bound = int(self.bound[component])
        if bound == flow[component]:
            self._learn(component, search_size(self.form, usable, bound, self.largest, effort))
        if self._sizes()[component] < bound and not self._is_done():
            self._learn(component, search_largest(self.form, usable, bound, effort))

    def _learn(self, component: int, answer: SizeAnswer) -> None:
        self.interrupted = self.interrupted or answer.interrupted
        if answer.bound is not None:
            self.bound[component] = min(int(self.bound[component]), answer.bound)
        if answer.chosen is not None and int(answer.chosen.sum()) > self._sizes()[component]:
            self.chosen = np.where(self.label == component, answer.chosen, self.chosen)
        self._report()


ENGINE = Engine("largest_stable", TAKES, misfits, solve, Text("最大稳定匹配", "largest stable matching"))
