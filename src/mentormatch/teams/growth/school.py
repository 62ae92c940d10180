"""Growth groups of a school: the one call from a roster to groups of every class, or of every mentor's students."""

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from mentormatch.base.budget import Budget
from mentormatch.base.errors import RulesError
from mentormatch.base.school_order import school_order
from mentormatch.base.text import Text
from mentormatch.market.market import Id
from mentormatch.mechanisms.solving import Progress
from mentormatch.roster.days import refuse_impossible_day
from mentormatch.roster.roster import Roster
from mentormatch.roster.standing import standing_pairings
from mentormatch.roster.student import Student
from mentormatch.rules.growth_plan import GrowthPlan
from mentormatch.teams.growth.problem import GrowthProblem, GrowthResult
from mentormatch.teams.growth.solve import growth_groups


@dataclass(frozen=True, slots=True)
class GrowthUnit:
    """The students that are split together, and what came of it.

    Parameters
    ----------
    name : str
        A class, or the id of a mentor.
    result : GrowthResult
    wishes_outside : int
        Wishes for a student of another unit, which no group can meet.
    """

    name: str
    result: GrowthResult
    wishes_outside: int


def school_growth_groups(
    roster: Roster,
    plan: GrowthPlan | None = None,
    *,
    on: date | None = None,
    seed: int = 0,
    time_limit: float | None = None,
    on_progress: Progress | None = None,
) -> tuple[GrowthUnit, ...]:
    """Split every class, or the students of every mentor, into growth groups.

    Parameters
    ----------
    roster : Roster
        Wishes come from the column 希望同组学号 (``friend_ids``), keep-apart pairs from 须分组学号 (``apart_ids``); one
        side's word is enough. The students of a mentor are those of its open primary pairings.
    plan : GrowthPlan, optional
    on, seed
        As in `mentormatch.match`.
    time_limit : float, optional
        Wall-clock seconds for the school: each unit has its share of what is left.
    on_progress : callable, optional
        Called with the name of a unit, its imbalance and its bound.

    Returns
    -------
    tuple of GrowthUnit
        In the order of the school; each checked by the independent checker.
    """
    wanted = plan or GrowthPlan()
    own = frozenset(field.name for field in roster.fields)
    _check_balance(wanted, own)
    units = _units(roster, wanted, on)
    budget = Budget(time_limit)
    found = []
    for number, (name, students) in enumerate(units):
        share = budget.share(len(units) - number, least=0.05).seconds
        problem, outside = _problem(students, wanted, own)
        result = growth_groups(problem, seed=seed, time_limit=share)
        found.append(GrowthUnit(name, result, outside))
        if on_progress is not None and result.stages:
            on_progress(name, result.stages[-1].value, result.stages[-1].bound)
    return tuple(found)


def _units(roster: Roster, plan: GrowthPlan, on: date | None) -> list[tuple[str, list[Student]]]:
    refuse_impossible_day(on)
    units: dict[str, list[Student]] = {}
    if plan.of == "class":
        for student in roster.students:
            units.setdefault(student.class_name, []).append(student)
    else:
        known = roster.students_by_id
        for pairing in standing_pairings(roster.pairings, on):
            if pairing.student_id in known:
                units.setdefault(pairing.mentor_id, []).append(known[pairing.student_id])
    return sorted(units.items(), key=lambda unit: school_order(unit[0]))


_BALANCED: Mapping[str, Callable[[Student], str | None]] = {
    "gender": lambda student: student.gender,
    "boarding": lambda student: None if student.boarding is None else str(student.boarding),
    "care_level": lambda student: student.care_level,
    "class": lambda student: student.class_name,
}


def _check_balance(plan: GrowthPlan, own: Set[str]) -> None:
    known = [*_BALANCED, *sorted(own)]
    for name in plan.balance:
        if name not in known:
            near = get_close_matches(name, known)
            raise RulesError(
                Text(
                    zh=f"[growth_groups] balance:没有名为“{name}”的属性;可用的有:{'、'.join(known)}。",
                    en=f"[growth_groups] balance: there is no attribute '{name}'; there are: {', '.join(known)}.",
                ),
                maybe=Text(zh="、".join(near) + "?", en=f"you meant {', '.join(near)}.") if near else None,
            )


def _values(students: list[Student], name: str, own: Set[str]) -> dict[str, dict[Id, str]]:
    """Return what is balanced under a name; each value of an own field by itself, since a student may have several."""
    if name not in own:
        of = _BALANCED[name]
        return {name: {student.student_id: value for student in students if (value := of(student)) is not None}}
    found: dict[str, dict[Id, str]] = {}
    for student in students:
        for value in dict(student.own).get(name, ()):
            found.setdefault(f"{name}={value}", {})[student.student_id] = value
    return found


def _problem(students: list[Student], plan: GrowthPlan, own: Set[str]) -> tuple[GrowthProblem, int]:
    """Return the problem of a unit, and how many wishes lead out of it."""
    here = {student.student_id for student in students}
    wishes = [(student.student_id, friend) for student in students for friend in student.friend_ids]
    apart = [(student.student_id, other) for student in students for other in student.apart_ids]
    problem = GrowthProblem(
        students=sorted(here),
        size_min=plan.size_min,
        size_max=plan.size_max,
        attributes={key: of for name in plan.balance for key, of in _values(students, name, own).items()},
        together=[pair for pair in wishes if pair[1] in here],
        apart=[pair for pair in apart if pair[1] in here],
    )
    return problem, sum(friend not in here for _, friend in wishes)
