"""What if: the least that would have to differ for a student to get a mentor, and what that would cost the others.

Nothing is estimated: every answer is a problem that was changed, matched again by the same mechanism and accepted by
the independent checker. Of each kind of change every smaller one has been tried and does not do, so it is the least for
any mechanism and engine. Other pupils appear as numbers only.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from mentormatch.base.budget import Budget
from mentormatch.base.errors import InputError, UnsupportedError
from mentormatch.base.text import SEMICOLON, Language, Text
from mentormatch.explain.cost_to_others import Cost, cost_to_others
from mentormatch.explain.feasibility import feasibility, hard_form
from mentormatch.explain.hypothesis import (
    Case,
    Hypothesis,
    full_rows,
    higher_priority,
    more_room,
    on_top_of,
    other_list,
    settled,
    without_rules,
)
from mentormatch.explain.standing import standing
from mentormatch.explain.why_not import why_not
from mentormatch.market.market import Id
from mentormatch.objectives.fewest_moves import FewestMoves
from mentormatch.objectives.lowest_standing import LowestStanding
from mentormatch.problem.explanation import Fact, Statement
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import Result

Run = Callable[[Problem], Result]
"""Matches a problem again by the mechanism, the seed and the options of the result."""

_FAMILY_WORDS = {
    "rule": Text(zh="放开规则", en="giving up the rule"),
    "room": Text(zh="增加名额或提高上限", en="more seats or a higher cap"),
    "priority": Text(zh="提前优先次序", en="a better place in the mentor's order"),
    "list": Text(zh="改填志愿", en="another place on the list"),
    "fixed": Text(zh="由学校指定", en="the school settling it"),
}


def _families(names: Iterable[str]) -> Text:
    return SEMICOLON.join(_FAMILY_WORDS[name] for name in names).sentence


@dataclass(frozen=True, eq=False)
class Scenario:
    """One thing that would have to differ.

    Parameters
    ----------
    code : str
        ``seats``, ``cap``, ``seats_and_cap``: so many more at the mentor. ``rule``: rules given up for the pair or the
        student. ``priority``: a place before so many of those admitted. ``list``: the place on the student's list.
        ``fixed``: the school settles the pair. Two of them that are needed together are joined by ``+``.
    amount : int
        The least with which it works; 1 where there is no more or less.
    facts : mapping of str to int, str or None
        The numbers in the text.
    cost : Cost
        To the others.
    text : Text
    result : Result
        What the mechanism makes of it, checked.
    is_least : bool
        Every smaller change of the kind was matched in full and does not do.
    """

    code: str
    amount: int
    facts: dict[str, Fact]
    cost: Cost
    text: Text
    result: Result
    is_least: bool = True

    def as_data(self) -> dict[str, Any]:
        """Return plain data for JSON or a page."""
        return {
            "code": self.code,
            "amount": self.amount,
            "facts": self.facts,
            "cost": {name: getattr(self.cost, name) for name in Cost.__slots__},
            "is_least": self.is_least,
            **self.text.as_data(),
        }


@dataclass(frozen=True, eq=False)
class WhatIf:
    """What would have to differ for a student to get a mentor.

    Parameters
    ----------
    student, mentor : id
    now : Statement
        Why it does not have that mentor, or that it has.
    scenarios : tuple of Scenario
        The least change of each kind that does it.
    in_vain : tuple of str
        Kinds of changes of which none does it.
    not_settled : tuple of str
        Kinds for which the time did not suffice.
    """

    student: Id
    mentor: Id
    now: Statement
    scenarios: tuple[Scenario, ...]
    in_vain: tuple[str, ...] = ()
    not_settled: tuple[str, ...] = ()

    def lines(self, lang: Language) -> list[str]:
        """Return the answer in words, a statement a line."""
        told = [self.now.text, *(scenario.text for scenario in self.scenarios)]
        if self.in_vain:
            told.append(Text("单凭下列做法不能做到:", "What would not do by itself: ") + _families(self.in_vain))
        if self.not_settled:
            told.append(Text("限时内未能查清:", "Not settled in the time given: ") + _families(self.not_settled))
        return [text.in_language(lang) for text in told]

    def as_data(self) -> dict[str, Any]:
        """Return plain data for JSON or a page."""
        return {
            "student": self.student,
            "mentor": self.mentor,
            "now": self.now.as_data(),
            "scenarios": [scenario.as_data() for scenario in self.scenarios],
            "in_vain": list(self.in_vain),
            "not_settled": list(self.not_settled),
        }


def what_if(result: Result, student_id: Id, mentor_id: Id, *, run: Run, seconds: float | None = None) -> WhatIf:
    """Return the least change of each kind that gives a student a mentor.

    Parameters
    ----------
    result : Result
        With a matching.
    student_id, mentor_id : id
    run : callable
        `mentormatch.matchmaking.run_again(result)`.
    seconds : float, optional
        Wall-clock budget; what it leaves open is told.

    Returns
    -------
    WhatIf

    Raises
    ------
    InputError
        When there is no matching, or the two are no candidate pair.

    Notes
    -----
    Every amount below the one that is told has been tried, a run of the mechanism each: more seats need not help more
    under every mechanism, so halving would not do.
    """
    of = standing(result)
    pair = of.market.pair_index(student_id, mentor_id)
    if pair is None:
        raise InputError(
            Text(
                zh=f"导师 {mentor_id} 不在岗,或不在该生可选范围内。",
                en=f"Mentor {mentor_id} is on leave or out of the student's reach.",
            )
        )
    now = why_not(of, student_id, mentor_id)
    if now.code == "got":
        return WhatIf(student_id, mentor_id, now, ())
    search = Search(result, Case(of, pair), run, Budget(seconds))
    search.ask(now.code)
    return WhatIf(student_id, mentor_id, now, tuple(search.scenarios), tuple(search.in_vain), tuple(search.not_settled))


@dataclass
class Search:
    """Runs of the mechanism within a time, and what they showed."""

    result: Result
    case: Case
    run: Run
    budget: Budget
    scenarios: list[Scenario] = field(default_factory=list)
    in_vain: list[str] = field(default_factory=list)
    not_settled: list[str] = field(default_factory=list)

    def ask(self, reason: str) -> None:
        """Try the kinds of changes that can matter; where rules stand in the way, once those are given up."""
        case, unlock = self.case, without_rules(self.case, reason)
        if unlock is not None and self.attempt("rule", (unlock,)):
            return
        # A repair moves as few as it can, so that hardly anything else moves a student: this is asked first there.
        repairs = self.result.mechanism == "rematch"
        if repairs:
            self.attempt("fixed", on_top_of(unlock, settled(case)))
        is_listed = bool(case.of.market.student_rank[case.pair])
        wants = is_listed and reason not in ("satisfied", "on_request")
        if wants:
            self.attempt("room", on_top_of(unlock, more_room(case)))
            if any(full_rows(case)):
                self.attempt("priority", on_top_of(unlock, higher_priority(case)))
        # In rounds of choice a mentor's order hangs on the lists, and the market holds that order only.
        if "choice_round" not in case.of.market.pair_attributes:
            lists = list(on_top_of(unlock, other_list(case)))
            if not self.attempt("list", lists) and not wants:
                self.attempt("room", on_top_of(lists[-1] if lists else unlock, more_room(case)))
        if not repairs:
            self.attempt("fixed", on_top_of(unlock, settled(case)))

    def attempt(self, name: str, family: Iterable[Hypothesis]) -> bool:
        """Try one kind of change and note what came of it.

        Leaps that double find an amount that works; then every smaller one is tried, from the smallest on. When the
        time ends in between, the amount is told as one that works.
        """
        ladder = list(family)
        if not ladder:
            return False
        after: dict[int, Result | None] = {}
        leaps = [min(2**power, len(ladder)) - 1 for power in range(len(ladder).bit_length() + 1)]
        for at in dict.fromkeys(leaps):
            if not self._try(ladder, at, after):
                break
            if self._has_mentor(after[at]):
                break
        for at in range(len(ladder)):
            if self._has_mentor(after.get(at)) or not self._try(ladder, at, after):
                break
        works = [(at, one) for at, one in after.items() if one is not None and self._has_mentor(one)]
        in_full = not any(one is not None and one.stopped_by_limit for one in after.values())
        if works:
            least, result = min(works, key=lambda entry: entry[0])
            is_least = in_full and all(at in after for at in range(least))
            self.scenarios.append(self.scenario(ladder[least], result, is_least=is_least))
        elif in_full and len(after) == len(ladder):
            self.in_vain.append(name)
        else:
            self.not_settled.append(name)
        return bool(works)

    def _try(self, ladder: Sequence[Hypothesis], at: int, after: dict[int, Result | None]) -> bool:
        """Match again under one hypothesis, where that was not done yet; False where the time is over."""
        if at not in after:
            if self.budget.is_spent:
                return False
            after[at] = self._after(ladder[at])
        return True

    def _after(self, hypothesis: Hypothesis) -> Result | None:
        """Match the changed problem; None where the mechanism or a rule refuses it."""
        problem = self.result.problem
        if self.result.mechanism in ("two_round", "two_round_best"):
            # Round one is drawn anew, so the stages that speak of its pairs come from the run.
            about_it = (FewestMoves, LowestStanding)
            problem = problem.replace(stages=[stage for stage in problem.stages if not isinstance(stage, about_it)])
        try:
            changed = hypothesis.change(problem)
            # A run that cannot fit would go on to say why; here it is enough to know.
            if hypothesis.may_not_fit and feasibility(hard_form(changed), self.budget).pairs is None:
                return None
            return self.run(changed)
        except (InputError, UnsupportedError):
            return None

    def _has_mentor(self, after: Result | None) -> bool:
        student_id, mentor_id = self.case.ends
        return after is not None and after.matching is not None and mentor_id in after.matching.mentors_of(student_id)

    def scenario(self, hypothesis: Hypothesis, after: Result, *, is_least: bool) -> Scenario:
        """Return a hypothesis that works with what it costs and in words."""
        cost = cost_to_others(self.result, after, self.case.ends[0])
        open_end = Text(zh="(限时内未能查清是否还可更少)", en=" (less may do: the time did not suffice to try)")
        end = Text(zh="", en="") if is_least else open_end
        text = Text(
            zh=f"{hypothesis.text.zh},该生即可由其带;{cost.text.zh}{end.zh}。",
            en=f"{hypothesis.text.en}, the student would have it; {cost.text.en}{end.en}.",
        )
        return Scenario(hypothesis.code, hypothesis.amount, hypothesis.facts, cost, text, after, is_least)
