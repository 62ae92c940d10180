"""Problem: a market, the rules that bind it, and the stages to optimise. Frozen, and written out once."""

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

from mentormatch.base.arrays import BoolArray, frozen
from mentormatch.base.doors import SEVERAL, takes
from mentormatch.base.errors import InputError, RulesError
from mentormatch.base.text import Text
from mentormatch.constraints.constraint import Constraint
from mentormatch.constraints.scoped_rule import scoped
from mentormatch.formulation.kinds import RowPart
from mentormatch.formulation.rows import Mask, Rows
from mentormatch.formulation.terms import StageForm
from mentormatch.market.market import Market
from mentormatch.objectives.soft_rules import SoftRules
from mentormatch.objectives.stage import Stage

Answer = TypeVar("Answer")


@dataclass(frozen=True, eq=False, repr=False)
class Problem:
    """What is asked of a matching.

    Every rule is bound, and every rule and stage writes its masks, rows and costs, once for a market: a problem
    remembers them, and `replace` hands them on for what stays.

    Parameters
    ----------
    market : Market
        Who there is, and who may be paired with whom; kept with the facts about pairs that rules tell each other.
    constraints : iterable of Constraint
        The rules. A market without any rule has no quotas either; `mentormatch.rules.defaults` has the usual sets.
    stages : iterable of Stage
        The lexicographic objective, most important first. None at all asks for any feasible matching.

    Attributes
    ----------
    candidates : bool array of shape (m,)
        The pairs that no rule removes.

    Raises
    ------
    RulesError
        When a rule names an id or an attribute that the market does not have, or two stages of soft rules have one
        name.
    InputError
        When something else stands where a market, a rule or a stage belongs.
    """

    market: Market
    constraints: tuple[Constraint, ...] = ()
    stages: tuple[Stage, ...] = ()
    candidates: BoolArray = field(init=False)

    @takes(constraints=SEVERAL, stages=SEVERAL)
    def __init__(self, market: Market, constraints: Iterable[Constraint] = (), stages: Iterable[Stage] = ()) -> None:
        self._build(market, tuple(constraints), tuple(stages), since=None)

    def __repr__(self) -> str:
        rules = ", ".join(rule.kind for rule in self.constraints) or "none"
        stages = ", ".join(stage.kind for stage in self.stages) or "none"
        return f"Problem({self.market!r}, rules: {rules}, stages: {stages})"

    def replace(self, **changes: Any) -> "Problem":
        """Return a problem with some fields replaced; what stays is not bound and written again."""
        now: dict[str, Any] = {"market": self.market, "constraints": self.constraints, "stages": self.stages} | changes
        if set(now) > {"market", "constraints", "stages"}:
            return Problem(**now)
        problem = object.__new__(Problem)
        problem._build(now["market"], tuple(now["constraints"]), tuple(now["stages"]), since=self)
        return problem

    def __getstate__(self) -> dict[str, Any]:
        """Return the problem for another process, which asks the rules again: words about rows are functions."""
        return {name: value for name, value in self.__dict__.items() if name != "_known"}

    def masks_of(self, rule: Constraint) -> tuple[Mask, ...]:
        """Return the pairs that a rule of this problem removes."""
        return self._once("masks", rule, lambda: rule.masks(self.market))

    def parts_of(self, rule: Constraint) -> tuple[RowPart, ...]:
        """Return what a rule of this problem asks of the matched pairs together."""
        return self._once("parts", rule, lambda: tuple(rule.rows(self.market)))

    def forms_of(self, stage: Stage) -> tuple[StageForm, ...]:
        """Return the levels of a stage of this problem."""
        return self._once("forms", stage, lambda: stage.forms(self.market))

    @cached_property
    def _known(self) -> dict[tuple[str, int], tuple[object, Any]]:
        """Answers by question and by the very rule or stage, which is kept so that no other gets its `id`."""
        return {}

    def _once(self, question: str, asked: Constraint | Stage, ask: Callable[[], Answer]) -> Answer:
        key = (question, id(asked))
        if key not in self._known:
            self._known[key] = (asked, ask())
        answer: Answer = self._known[key][1]
        return answer

    def _build(
        self, market: Market, constraints: tuple[Constraint, ...], stages: tuple[Stage, ...], *, since: "Problem | None"
    ) -> None:
        _check_kind("market", (market,), Market)
        _check_kind("constraints", constraints, Constraint)
        _check_kind("stages", stages, Stage)
        _check_soft(stages)
        before = None if since is None or since.market is not market else since
        is_bound = [before is not None and _holds(before.constraints, rule) for rule in constraints]
        bound = [
            rule if is_old else scoped(rule).bind(market) for rule, is_old in zip(constraints, is_bound, strict=True)
        ]
        # The facts of rules that stay stand in the market already.
        changed = _with_facts(market, [rule for rule, is_old in zip(bound, is_bound, strict=True) if not is_old])
        before = before if changed is market else None
        object.__setattr__(self, "market", changed)
        if before is not None:
            kept = {id(part) for part in (*bound, *stages)}
            self._known.update({key: found for key, found in before._known.items() if key[1] in kept})  # noqa: SLF001
        object.__setattr__(self, "candidates", self._open_pairs(bound))
        same = before is not None and np.array_equal(before.candidates, self.candidates)
        removed = _Removed(changed, self.candidates)
        rules = [
            rule if same and is_old else self._told(rule, removed) for rule, is_old in zip(bound, is_bound, strict=True)
        ]
        object.__setattr__(self, "constraints", self._knowing_caps(rules))
        told = (
            stage
            if same and before is not None and _holds(before.stages, stage)
            else stage.bind(market).without(removed.choices)
            for stage in stages
        )
        object.__setattr__(self, "stages", tuple(told))

    def _open_pairs(self, bound: Sequence[Constraint]) -> BoolArray:
        candidates = np.ones(self.market.num_pairs, bool)
        for rule in bound:
            for mask in self.masks_of(rule):
                candidates[mask.pairs] = False
        return frozen(candidates)

    def _knowing_caps(self, rules: Sequence[Constraint]) -> tuple[Constraint, ...]:
        """Return the rules, those that ask for caps with the hard rows of all others."""
        if not any(rule.asks_for_caps for rule in rules):
            return tuple(rules)
        written = (part for rule in rules if not rule.asks_for_caps for part in self.parts_of(rule))
        rows = [part for part in written if isinstance(part, Rows) and part.penalty is None]
        found = []
        for rule in rules:
            told = rule.knowing_caps(rows) if rule.asks_for_caps else rule
            self._known["masks", id(told)] = (told, self.masks_of(rule))
            found.append(told)
        return tuple(found)

    def _told(self, rule: Constraint, removed: "_Removed") -> Constraint:
        """Return a rule knowing the pairs that are removed; its masks stay what they were."""
        told = rule.without(removed.everything if rule.asks_for_placement_pairs else removed.choices)
        self._known["masks", id(told)] = (told, self.masks_of(rule))
        return told


@dataclass(frozen=True, eq=False)
class _Removed:
    """The pairs that some rule of a problem removes, as sets that are made when somebody asks."""

    market: Market
    candidates: BoolArray

    @cached_property
    def choices(self) -> AbstractSet[int]:
        return frozenset(np.flatnonzero(self.market.is_choice & ~self.candidates).tolist())

    @cached_property
    def everything(self) -> AbstractSet[int]:
        return frozenset(np.flatnonzero(~self.candidates).tolist())


def _holds(parts: Sequence[object], part: object) -> bool:
    return any(each is part for each in parts)


def _check_kind(name: str, parts: tuple[object, ...], kind: type) -> None:
    for part in parts:
        if isinstance(part, kind):
            continue
        given = "class" if isinstance(part, type) else type(part).__name__
        raise InputError(
            f"'{name}' of a problem must hold {kind.__name__} objects; got a {given}.",
            maybe=f"you meant {part.__name__}()." if isinstance(part, type) and issubclass(part, kind) else None,
        )


def _check_soft(stages: tuple[Stage, ...]) -> None:
    """Refuse two stages of soft rules of one name: a rule could not say which of them counts it."""
    names = [stage.name for stage in stages if isinstance(stage, SoftRules)]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise RulesError(
            Text(
                zh=f"有两个名为“{twice}”的 soft_rules 目标,可放宽的规则不知计入哪一个。",
                en=f"Two stages 'soft_rules' are called '{twice}': a soft rule could not say which of them counts it.",
            ),
            maybe=Text(zh="删去其中一个,或给它另一个 name。", en="leave one out, or give it another 'name'."),
        )


def _with_facts(market: Market, rules: Iterable[Constraint]) -> Market:
    """Return the market with what rules tell each other about pairs."""
    found: dict[str, BoolArray] = {}
    for rule in rules:
        for name, values in rule.facts(market).items():
            found[name] = found.get(name, market.pair_flag(name)) | values
    changed = {name: values for name, values in found.items() if (values != market.pair_flag(name)).any()}
    return market.replace(pair_attributes={**market.pair_attributes, **changed}) if changed else market
