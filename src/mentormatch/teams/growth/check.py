"""The checker of growth groups: sizes, keep-apart pairs, wishes and evenness, from their meaning alone."""

from collections import Counter
from collections.abc import Sequence

from mentormatch.base.text import Text
from mentormatch.market.market import Id
from mentormatch.problem.result import Status
from mentormatch.teams.growth.problem import GrowthProblem, GrowthResult


def growth_values(problem: GrowthProblem, groups: Sequence[Sequence[Id]]) -> tuple[int, int]:
    """Return the wishes met and the imbalance, from their meaning."""
    home = {student: number for number, group in enumerate(groups) for student in group}
    friends = {frozenset(pair) for pair in problem.together}
    met = sum(len({home[student] for student in pair}) == 1 for pair in friends)
    imbalance = 0
    for values in problem.attributes.values():
        for group in groups:
            imbalance += sum(n * n for n in Counter(values[s] for s in group if s in values).values())
    return met, imbalance


def growth_failures(problem: GrowthProblem, groups: Sequence[Sequence[Id]]) -> tuple[Text, ...]:
    """Return every way in which groups break the problem: students, sizes, keep-apart pairs."""
    found = []
    if sorted((s for group in groups for s in group), key=str) != sorted(problem.students, key=str):
        found.append(Text(zh="不是每名学生恰在一组。", en="Not every student is in exactly one group."))
    for number, group in enumerate(groups, start=1):
        if not problem.size_min <= len(group) <= problem.size_max:
            found.append(
                Text(zh=f"第 {number} 组有 {len(group)} 人。", en=f"Group {number} has {len(group)} students.")
            )
        found += [
            Text(zh=f"{one} 与 {other} 应分开。", en=f"{one} and {other} must be apart.")
            for one, other in problem.apart
            if one in group and other in group
        ]
    return tuple(found)


def verify_growth_result(result: GrowthResult) -> tuple[Text, ...]:
    """Check every claim that growth groups make; return what is not true."""
    has_answer = result.status in (Status.OPTIMAL, Status.FEASIBLE)
    if not has_answer:
        empty = not result.groups and not result.stages
        return () if empty else (Text(zh="状态与分组不符。", en="There are groups without an answer."),)
    found = list(growth_failures(result.problem, result.groups))
    if found:
        return tuple(found)
    stated = tuple(stage.value for stage in result.stages)
    values = growth_values(result.problem, result.groups)
    if stated != values:
        found.append(Text(zh=f"目标值不符:{stated} ≠ {values}。", en=f"Stages {stated} are {values}."))
    proven = [stage.value == stage.bound for stage in result.stages]
    if [stage.proven for stage in result.stages] != [all(proven[: at + 1]) for at in range(len(proven))]:
        found.append(Text(zh="证明与界不符。", en="What is called proven does not fit the bounds."))
    if (result.status is Status.OPTIMAL) != all(proven):
        found.append(Text(zh="状态与证明不符。", en="The status does not fit what is proven."))
    return tuple(found)
