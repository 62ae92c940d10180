"""A result as an edition may tell it: the one place that takes out what is confidential.

The public view of a result is a result of its own. Its problem knows no veto, no care, no family and no wish about a
person, and holds the public rules alone; what the view says of a student follows from that problem and from the
matching, by the same code as in the staff edition. So two schools that differ in a secret and are matched alike have
the same view to the byte, and page, workbook, sheets, JSON, API and command line, which all tell of views, cannot
differ.

What no public rule explains is told by one neutral sentence, whatever the reason is (`UNARRANGED`, `COORDINATED`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial

import numpy as np

from mentormatch.base.edition import Edition, EditionName, edition_of
from mentormatch.base.errors import InputError
from mentormatch.base.text import Text
from mentormatch.explain.changes import retold
from mentormatch.explain.pair_reasons import pair_reasons
from mentormatch.market.attribute import Attribute
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching
from mentormatch.objectives.soft_rules import SoftRules
from mentormatch.objectives.stage import Stage
from mentormatch.problem.explanation import Explainer, Repair
from mentormatch.problem.form import Form, compile_form
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import Change, Conflict, HandOver, PairReason, RequestOutcome, Result, Shortage
from mentormatch.roster.cause import Cause
from mentormatch.roster.public_record import public_step
from mentormatch.school.confidential import CONFIDENTIAL_ATTRIBUTES, CONFIDENTIAL_PAIR_FACTS

COORDINATED = Text(zh="由学校统筹调整。", en="Moved by the school's coordination.")
"""Why somebody has another mentor, where no public rule says it."""

CONFLICTING = Text(zh="学校的规则不能同时满足。", en="The rules of the school cannot all hold together.")
"""Why there is no matching, where no public rule says it."""

PROTECTING = Text(
    zh="保护学生的其他规则(不逐条公布)。", en="Further rules that protect students; they are not told one by one."
)
"""What stands for the rules that are not public, wherever rules are listed."""


def in_edition(result: Result, edition: EditionName | Edition) -> Result:
    """Return a result as an edition may tell it.

    Parameters
    ----------
    result : Result
    edition : {"public", "school", "staff"} or Edition

    Returns
    -------
    Result
        Itself for the staff; else its public view.

    Raises
    ------
    InputError
        For an unknown edition, and when the staff edition is asked of a public view.

    Notes
    -----
    The first view of a result compiles the public rules; it is kept while the result is in use.
    """
    wanted = edition_of(edition)
    if wanted.staff and result.edition == "public":
        raise InputError(
            Text(
                zh="这是公开版的结果,不含内部信息,无法给出内部版。",
                en="This result is a public view: what is for staff is not in it.",
            ),
            maybe=Text(zh="用求解得到的结果或内部版文档。", en="take the result itself, or its staff document."),
        )
    return result if wanted.staff or result.edition == "public" else _view(result)


@lru_cache(maxsize=2)
def _view(result: Result) -> Result:
    problem = _public_problem(result.problem)
    public = {rule.kind for rule in problem.constraints}
    # The value of a stage of which a part only is public would tell the other part.
    told = {
        level.name for stage in problem.stages if stage in result.problem.stages for level in problem.forms_of(stage)
    }
    view = replace(
        result,
        problem=problem,
        edition="public",
        refusals={},
        stages=tuple(stage for stage in result.stages if stage.name in told),
        violations=tuple(violation for violation in result.violations if violation.rule in public),
        requests=tuple(_counted(outcome) for outcome in result.requests),
        shortage=None if result.shortage is None else _public_shortage(result.shortage),
        conflict=None if result.conflict is None else _public_conflict(result.conflict, public),
        certificate=None,
        roster=None,
        hand_overs=(),
        record=None,
    )
    if result.matching is None:
        # Repairs are looked for when they are asked for, and from all rules.
        explainer = view.explainer
        return view if explainer is None else replace(view, explainer=_with_repairs_of(result, explainer))
    form, matching = compile_form(problem), Matching(problem.market, result.matching.pairs)
    changes = retold(form, matching, result.changes, otherwise=COORDINATED)
    reasons = _public_reasons(result, form, matching)
    begins = {(str(student), str(mentor)): reason.cause for (student, mentor), reason in reasons.items()}
    return replace(
        view,
        matching=matching,
        pair_reasons=reasons,
        changes=changes,
        hand_overs=tuple(_without_duties(item) for item in result.hand_overs),
        record=None if result.record is None else public_step(result.record, ends=_ends(changes), begins=begins),
    )


def _public_problem(problem: Problem) -> Problem:
    """Return the problem as anybody may know it: facts, rules and goals that are public."""
    asked = problem.market.pair_flag("transfer")
    market = problem.market.replace(
        # Whom a request names stands in no form.
        student_rank=np.where(asked, 0, problem.market.student_rank),
        student_attributes=_public_attributes(problem.market.student_attributes),
        mentor_attributes=_public_attributes(problem.market.mentor_attributes),
        pair_attributes={
            name: values
            for name, values in problem.market.pair_attributes.items()
            if name not in CONFIDENTIAL_PAIR_FACTS
        },
    )
    hidden = {getattr(rule, "stage", None) for rule in problem.constraints if not rule.may_be_told(problem.market)}
    stages = [
        stage.for_everybody(problem.market)
        for stage in problem.stages
        if not (isinstance(stage, SoftRules) and stage.name in hidden)
    ]
    return Problem(
        market,
        [rule for rule in problem.constraints if rule.may_be_told(problem.market)],
        [stage for stage in stages if stage is not None and _can_be_told(stage, market)],
    )


def _public_attributes(attributes: Mapping[str, Attribute]) -> dict[str, Attribute]:
    return {
        name: values
        for name, values in attributes.items()
        if name not in CONFIDENTIAL_ATTRIBUTES and not values.confidential
    }


def _can_be_told(stage: Stage, market: Market) -> bool:
    """Tell whether a stage counts what is public only: whether it can be written from that."""
    try:
        stage.forms(market)
    except Exception:  # noqa: BLE001  # a stage of one's own may miss what is confidential in any way
        return False
    return True


def _public_reasons(result: Result, form: Form, matching: Matching) -> dict[tuple[object, object], PairReason]:
    """Return why each pair stands, from the public rules; which were chosen in round one is known."""
    if not result.pair_reasons:
        return {}
    chosen = np.zeros(form.market.num_pairs, bool)
    for pair, ids in zip(matching.pairs.tolist(), matching.ids(), strict=True):
        reason = result.pair_reasons.get(ids)
        # A pair that a confidential rule fixed is what it looks like: a choice, or the school's.
        chosen[pair] = reason is not None and reason.origin in ("chosen", "fixed")
    return dict(pair_reasons(form, matching, fixed=form.forced, chosen=chosen))


def _without_duties(item: HandOver) -> HandOver:
    """Return who passes on whom and when: who shares a duty, and what is asked of whom, follow from secrets."""
    return replace(item, overlap_until=None, open_items=None, request=None)


def _ends(changes: Sequence[Change]) -> dict[tuple[str, str], Cause]:
    ended = (change for change in changes if change.since != "round_one")
    return {(str(change.student), str(mentor)): change.cause for change in ended for mentor in change.before}


def _counted(outcome: RequestOutcome) -> RequestOutcome:
    """Return what is told of a request: that there is one, but not whose it is nor what it lacks."""
    nobody = Text(zh="", en="")
    return replace(outcome, request="", student=None, from_mentor=None, to_mentor=None, missing=(), text=nobody)


def _public_shortage(shortage: Shortage) -> Shortage:
    return replace(shortage, students=(), mentors=())


def _public_conflict(conflict: Conflict, public: set[str]) -> Conflict:
    rules = tuple(
        rule if rule.kind in public else replace(rule, text=PROTECTING, members=(), witness=None)
        for rule in conflict.rules
    )
    told = conflict.text if all(rule.kind in public for rule in conflict.rules) else CONFLICTING
    return replace(conflict, rules=rules, text=told)


def _with_repairs_of(result: Result, explainer: Explainer) -> Explainer:
    return replace(explainer, repairs=partial(_repairs, result))


def _repairs(result: Result, view: Result) -> tuple[Repair, ...]:
    """Return the repairs of the result itself, less those that ease a rule that is not public."""
    public = {rule.kind for rule in view.problem.constraints}
    return tuple(
        repair
        for repair in result.repairs
        if all(action.rule is None or action.rule in public for action in repair.actions)
    )
