"""Why it does not fit, where counting seats alone does not show it: a minimal conflict of rules, and of what they say.

First QuickXplain finds rules that cannot hold together, none of which can go; then the same within what those rules
say one by one. Every question is a plain sub-model for the cheapest engine; where the rules that a flow can take
clash among themselves, nothing else is asked. Where the members are rows of a flow and
counting is the conflict, a cut names them at once, with the arithmetic in place of three hundred rows.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from mentormatch.base.budget import Budget
from mentormatch.base.text import Text, clauses
from mentormatch.explain.counting_cut import CountingCut, counting_cut
from mentormatch.explain.feasibility import Verdict, feasibility
from mentormatch.explain.flow_part import flow_part
from mentormatch.explain.members import Member, Members
from mentormatch.explain.quick_xplain import quick_xplain
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import Conflict, ConflictRule

WORK = 20.0
"""Deterministic seconds of search that a reason may take: the same reason on every machine and in every run."""

# So many members are told one by one; more are told as numbers.
_SHOWN = 12
# A cut of more members is not taken apart: it is told as arithmetic anyway.
_MAX_TAKEN_APART = 60


def find_conflict(
    problem: Problem, *, seconds: float | None = None, seed: int = 0, is_infeasible: bool = False
) -> Conflict | None:
    """Return rules that cannot hold together, each of them necessary, and what in them clashes.

    Parameters
    ----------
    problem : Problem
    seconds : float, optional
        Wall-clock budget, besides the budget of work that there always is. When one of them ends the conflict is still
        one, but may not be minimal, and says so. Only the clock makes the answer depend on the machine.
    seed : int
    is_infeasible : bool
        The problem is known to be infeasible, so that the first proof can be saved.

    Returns
    -------
    Conflict or None
        None where the problem has a matching, or where that was not settled within the budget.

    Notes
    -----
    QuickXplain: about ``2 k log2(n / k) + 2 k`` questions for k rules of n. Rules that stand late in the problem, where
    those that somebody wrote stand, are blamed before the defaults.
    """
    search = _Search(Members(problem), Budget(seconds, WORK), seed)
    return search.conflict(frozenset(), frozenset(), is_infeasible=is_infeasible)


def find_conflicts(
    problem: Problem, *, most: int = 3, seconds: float | None = 30.0, seed: int = 0
) -> tuple[Conflict, ...]:
    """Return several different conflicts: mending one leaves the others.

    Parameters
    ----------
    problem : Problem
    most : int
        Stop after so many.
    seconds : float, optional
        Wall-clock budget for all of them.
    seed : int

    Returns
    -------
    tuple of Conflict
        No two of them have the same members; empty where the problem has a matching.

    Notes
    -----
    A hitting-set tree (Reiter 1987): one branch without each rule of a conflict, then one without each member.
    """
    search = _Search(Members(problem), Budget(seconds, WORK), seed)
    found: dict[frozenset[Member], Conflict] = {}
    by_rule: deque[tuple[frozenset[int], frozenset[Member]]] = deque([(frozenset(), frozenset())])
    by_member: deque[tuple[frozenset[int], frozenset[Member]]] = deque()
    seen = set(by_rule)
    while (by_rule or by_member) and len(found) < most and not search.budget.is_spent:
        rules_out, members_out = by_rule.popleft() if by_rule else by_member.popleft()
        conflict = search.conflict(rules_out, members_out)
        if conflict is None:
            continue
        core = search.core
        found.setdefault(frozenset(core), conflict)
        for rule in conflict.positions:
            node = (rules_out | {rule}, members_out)
            if node not in seen:
                seen.add(node)
                by_rule.append(node)
        for member in core if len(core) <= _MAX_TAKEN_APART else ():
            branch = (rules_out, members_out | {member})
            if branch not in seen:
                seen.add(branch)
                by_member.append(branch)
    return tuple(found.values())


@dataclass
class _Search:
    """The questions asked so far, and the time that is left for more."""

    members: Members
    budget: Budget
    seed: int
    core: tuple[Member, ...] = ()
    """The members of the last conflict."""
    answers: dict[frozenset[Member] | tuple[frozenset[int], frozenset[Member]], Verdict] = field(default_factory=dict)

    def conflict(
        self, rules_out: frozenset[int], members_out: frozenset[Member], *, is_infeasible: bool = False
    ) -> Conflict | None:
        """Return a conflict among the rules and members that are not left out."""
        everything = [
            rule
            for rule in range(len(self.members.problem.constraints))
            # A rule without members is soft or finds nobody here: it takes part in no conflict.
            if rule not in rules_out and self.members.of_rules([rule])
        ]
        by_flow = flow_part(self.members, everything)
        if self.ask_rules(by_flow, members_out).is_feasible is False:
            everything = by_flow
        elif not is_infeasible and self.ask_rules(everything, members_out).is_feasible is not False:
            return None
        else:
            everything = self._that_count(everything, members_out)
        # The rules that somebody wrote come after the defaults, and are blamed first.
        rules = quick_xplain(everything[::-1], lambda part: self.ask_rules(part, members_out).is_feasible is False)
        rules, verdicts = self._each_needed(sorted(rules), members_out)
        core, cut, is_minimal = self._members(rules, members_out)
        self.core = core
        return _told(self.members, rules, verdicts, core, cut, is_minimal)

    def _that_count(self, rules: list[int], members_out: frozenset[Member]) -> list[int]:
        """Return the rules that clash by counting, all of them where counting shows nothing."""
        cut = counting_cut(self.members, [m for m in self.members.of_rules(rules) if m not in members_out])
        return rules if cut is None else sorted({member.rule for member in cut.members})

    def _each_needed(self, rules: list[int], members_out: frozenset[Member]) -> tuple[list[int], dict[int, Verdict]]:
        """Show each rule necessary by a matching without it; drop one that turns out not to be."""
        verdicts: dict[int, Verdict] = {}
        for rule in list(rules):
            verdict = self.ask_rules([other for other in rules if other != rule], members_out)
            if verdict.is_feasible is False:
                rules.remove(rule)
            else:
                verdicts[rule] = verdict
        return rules, verdicts

    def _members(
        self, rules: Sequence[int], members_out: frozenset[Member]
    ) -> tuple[tuple[Member, ...], CountingCut | None, bool]:
        """Return members that cannot hold together, the cut that counts them, and whether each is necessary."""
        chosen = [member for member in self.members.of_rules(rules) if member not in members_out]
        cut = counting_cut(self.members, chosen)
        if cut is None:
            core = quick_xplain(chosen, lambda part: self.ask_members(part).is_feasible is False)
            return self._all_needed(core, cut)
        if len(cut.members) > _MAX_TAKEN_APART:
            return cut.members, cut, False
        # A cut names whole sets at once, so removing one member after the other is quick; each new cut is smaller.
        core, position = list(cut.members), 0
        while position < len(core) and not self.budget.is_spent:
            smaller = counting_cut(self.members, core[:position] + core[position + 1 :])
            if smaller is None:
                position += 1
            else:
                kept = set(smaller.members)
                position = sum(member in kept for member in core[:position])
                core = [member for member in core if member in kept]
        return self._all_needed(core, cut)

    def _all_needed(
        self, core: list[Member], cut: CountingCut | None
    ) -> tuple[tuple[Member, ...], CountingCut | None, bool]:
        is_minimal = len(core) <= _MAX_TAKEN_APART and all(
            self.ask_members([other for other in core if other != member]).is_feasible for member in core
        )
        return tuple(core), cut, is_minimal

    def ask_rules(self, rules: Sequence[int], members_out: frozenset[Member]) -> Verdict:
        """Ask whether some rules, less some members, have a matching."""
        key = (frozenset(rules), members_out)
        if key not in self.answers:
            if members_out:
                kept = [member for member in self.members.of_rules(rules) if member not in members_out]
                form = self.members.form_of(kept).form
            else:
                form = self.members.form_of_rules(rules)
            self.answers[key] = feasibility(form, self.budget, seed=self.seed)
        return self.answers[key]

    def ask_members(self, chosen: Sequence[Member]) -> Verdict:
        """Ask whether some members have a matching."""
        key = frozenset(chosen)
        if key not in self.answers:
            self.answers[key] = feasibility(self.members.form_of(chosen).form, self.budget, seed=self.seed)
        return self.answers[key]


# -- in words ----------------------------------------------------------------------------------------------------


def _told(
    members: Members,
    rules: Sequence[int],
    verdicts: dict[int, Verdict],
    core: Sequence[Member],
    cut: CountingCut | None,
    is_minimal: bool,
) -> Conflict:
    parts = []
    for position in rules:
        rule, mine = members.problem.constraints[position], [member for member in core if member.rule == position]
        parts.append(
            ConflictRule(
                position=position,
                kind=rule.kind,
                text=rule.describe(),
                members=tuple(members.label(member) for member in mine[:_SHOWN]),
                num_members=len(mine),
                witness=verdicts[position].pairs,
            )
        )
    proven = all(part.witness is not None for part in parts)
    counted = cut is not None and (cut.needed - cut.available > 1 or len(core) > _SHOWN)
    return Conflict(
        rules=tuple(parts),
        is_minimal=proven,
        members_are_minimal=is_minimal,
        needed=cut.needed if cut is not None else None,
        available=cut.available if cut is not None else None,
        text=_sentence(parts, proven, cut if counted else None, is_minimal),
    )


def _sentence(parts: Sequence[ConflictRule], proven: bool, cut: CountingCut | None, is_minimal: bool) -> Text:
    names = clauses(f"({n}) " + part.text for n, part in enumerate(parts, start=1))
    if len(parts) == 1:
        zh, en = "这条规则本身就无法满足", "This rule cannot be kept at all"
    elif proven:
        zh, en = (
            f"下列 {len(parts)} 条规则不能同时满足,去掉其中任何一条就不再矛盾",
            f"These {len(parts)} rules cannot all hold together, and without any one of them the others can",
        )
    else:
        zh, en = (
            f"下列 {len(parts)} 条规则不能同时满足(限时内未能逐条证明缺一不可)",
            f"These {len(parts)} rules cannot all hold together (the time did not suffice to show that each is needed)",
        )
    zh, en = f"{zh}:{names.zh}", f"{en}: {names.en}"
    if cut is not None:
        return Text(
            zh=f"{zh}算一笔账:其中要求至少 {cut.needed} 个结对,却只容得下 {cut.available} 个,"
            f"差 {cut.needed - cut.available} 个。",
            en=f"{en} By counting: they ask for at least {cut.needed} pairs and leave room for {cut.available}, "
            f"{cut.needed - cut.available} short.",
        )
    labels = [label for part in parts for label in part.members]
    if not is_minimal or sum(part.num_members for part in parts) > _SHOWN:
        told = clauses(_counted(n, part) for n, part in enumerate(parts, start=1) if part.members)
        return Text(f"{zh}冲突出在以下要求之中:", f"{en} The contradiction lies among these requirements: ") + told
    return Text(f"{zh}冲突之处:", f"{en} What clashes: ") + clauses(labels)


def _counted(number: int, part: ConflictRule) -> Text:
    """Return how many requirements of a rule take part, and one of them in its own words."""
    if part.num_members == 1:
        return f"({number}) " + part.members[0]
    count = Text(zh=f"({number}) 的 {part.num_members} 项,如:", en=f"{part.num_members} of ({number}), such as: ")
    return count + part.members[0]
