"""A diagnosis: whether a problem fits and, if not, every reason that can be told and the cheapest ways out."""

from dataclasses import dataclass
from typing import Any

from mentormatch.base.budget import Budget
from mentormatch.base.text import Language, Text
from mentormatch.explain.bottlenecks import Cut, class_cuts, school_cuts
from mentormatch.explain.conflict import find_conflicts
from mentormatch.explain.feasibility import feasibility, hard_form
from mentormatch.explain.prices import PriceList
from mentormatch.explain.relax import cheapest_repairs
from mentormatch.explain.seats import shortage
from mentormatch.problem.explanation import Repair
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import Conflict, Shortage


@dataclass(frozen=True, eq=False)
class Diagnosis:
    """What stands in the way of a matching.

    Parameters
    ----------
    fits : bool or None
        Whether there is a matching that keeps all hard rules; None where the time did not suffice to tell.
    shortage : Shortage or None
        Where counting seats or students shows it.
    school_cuts : tuple of Cut
        The smallest and the largest set of students that is short of most seats.
    class_cuts : tuple of Cut
        Class by class, shortest first.
    conflicts : tuple of Conflict
        Different ones: mending one leaves the others.
    repairs : tuple of Repair
        Cheapest first, each verified.
    """

    fits: bool | None
    shortage: Shortage | None = None
    school_cuts: tuple[Cut, ...] = ()
    class_cuts: tuple[Cut, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    repairs: tuple[Repair, ...] = ()

    def lines(self, lang: Language) -> list[str]:
        """Return the diagnosis in words, a statement a line."""
        told: list[Text] = []
        if self.fits is None:
            told.append(
                Text(zh="限时内未能判定是否有可行方案。", en="Whether it fits was not settled in the time given.")
            )
        elif self.fits:
            told.append(Text(zh="有满足全部规则的方案。", en="It fits: some matching keeps all rules."))
        else:
            told.append(
                Text(zh="没有满足全部规则的方案(已证明)。", en="It does not fit: no matching keeps all rules (proven).")
            )
        if self.shortage is not None:
            told.append(self.shortage.text)
        told += _headed(
            Text(zh="全校最紧之处:", en="Where the school is shortest:"), [cut.text for cut in self.school_cuts]
        )
        told += _headed(Text(zh="各班最紧之处:", en="Class by class:"), [cut.text for cut in self.class_cuts])
        told += _headed(
            Text(zh="互相矛盾的规则:", en="Rules that contradict each other:"), [c.text for c in self.conflicts]
        )
        told += _headed(
            Text(zh="可行的补救:", en="What would make it fit:"), [_repair(repair) for repair in self.repairs]
        )
        return [text.in_language(lang) for text in told]

    def as_data(self) -> dict[str, Any]:
        """Return plain data for JSON or a page."""
        return {
            "fits": self.fits,
            "shortage": None
            if self.shortage is None
            else {
                "students": list(self.shortage.students),
                "mentors": list(self.shortage.mentors),
                "needed": self.shortage.needed,
                "available": self.shortage.available,
                **self.shortage.text.as_data(),
            },
            "school_cuts": [_cut_data(cut) for cut in self.school_cuts],
            "class_cuts": [_cut_data(cut) for cut in self.class_cuts],
            "conflicts": [_conflict_data(conflict) for conflict in self.conflicts],
            "repairs": [repair.as_data() for repair in self.repairs],
        }


def diagnose(
    problem: Problem,
    *,
    prices: PriceList | None = None,
    most: int = 3,
    seconds: float | None = 30.0,
    seed: int = 0,
) -> Diagnosis:
    """Find out whether a problem fits, why not, and what would make it fit.

    Parameters
    ----------
    problem : Problem
    prices : PriceList, optional
        For the repairs; see `cheapest_repairs`.
    most : int
        How many conflicts and how many repairs.
    seconds : float, optional
        Wall-clock budget: a third of what is left for each question.
    seed : int

    Examples
    --------
    >>> from mentormatch import Market, Problem
    >>> from mentormatch.constraints import Coverage, Quotas
    >>> market = Market.from_preferences({"s": ["a"], "t": ["a"]}, quotas=1)
    >>> diagnose(Problem(market, [Quotas(), Coverage()])).lines("en")[-1]
    'Give mentor a 1 more seat(s) (cost 1).'
    """
    budget = Budget(seconds)
    cut = shortage(problem)
    fits: bool | None = False
    if cut is None:
        fits = feasibility(hard_form(problem), _part(budget), seed=seed).is_feasible
    # Rules may contradict each other by counting alone where a search has not come to its end.
    conflicts = (
        find_conflicts(problem, most=most, seconds=_part(budget).seconds, seed=seed) if cut is None and not fits else ()
    )
    if fits is None and conflicts:
        fits = False
    if fits is not False:
        return Diagnosis(fits)
    return Diagnosis(
        fits,
        cut,
        school_cuts(problem),
        class_cuts(problem) if cut is not None else (),
        conflicts,
        cheapest_repairs(problem, prices=prices, most=most, seconds=budget.left, seed=seed),
    )


def _part(budget: Budget) -> Budget:
    return Budget(None if budget.left is None else budget.left / 3)


def _headed(head: Text, texts: list[Text]) -> list[Text]:
    return [head, *texts] if texts else []


def _repair(repair: Repair) -> Text:
    if repair.proven:
        return repair.text
    return Text(zh=f"{repair.text.zh}(未证明最省)", en=f"{repair.text.en} (Not proven cheapest.)")


def _cut_data(cut: Cut) -> dict[str, Any]:
    return {
        "group": cut.group,
        "own_class": cut.own_class,
        "students": list(cut.students),
        "mentors": list(cut.mentors),
        "needed": cut.needed,
        "available": cut.available,
        **cut.text.as_data(),
    }


def _conflict_data(conflict: Conflict) -> dict[str, Any]:
    return {
        "rules": [
            {
                "position": rule.position,
                "kind": rule.kind,
                **rule.text.as_data(),
                "members": [member.as_data() for member in rule.members],
                "num_members": rule.num_members,
            }
            for rule in conflict.rules
        ],
        "is_minimal": conflict.is_minimal,
        "members_are_minimal": conflict.members_are_minimal,
        "needed": conflict.needed,
        "available": conflict.available,
        **conflict.text.as_data(),
    }
