"""Each school's part of a joint result, as a result of the school: checked against the school's own rules."""

import numpy as np

from mentormatch.base.errors import InternalError
from mentormatch.base.text import Text
from mentormatch.district.join import Joint
from mentormatch.district.joint_stage import JointStage
from mentormatch.district.part import Part
from mentormatch.explain.changes import changes_since_last_term, moves_since_round_one
from mentormatch.explain.pair_reasons import pair_reasons
from mentormatch.market.matching import Matching
from mentormatch.mechanisms.solving import checked_result
from mentormatch.objectives.fewest_moves import FewestMoves
from mentormatch.objectives.lowest_standing import LowestStanding
from mentormatch.objectives.stage import Stage
from mentormatch.problem.form import Form, compile_form
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import Result, StageValue, Status
from mentormatch.solvers.choose import Choice
from mentormatch.solvers.engine import Engine, Options, Outcome
from mentormatch.verify.verify import verify


def part_result(joint: Joint, result: Result, part: Part, alone: Problem) -> Result:
    """Return a school's part of a joint result.

    Parameters
    ----------
    joint : Joint
    result : Result
        Of the joint problem, with a matching.
    part : Part
    alone : Problem
        The school with the seats of shared mentors, and the caps, that the joint result leaves it.

    Returns
    -------
    Result
        Its status is ``feasible``: what is proven is the optimum of all schools together, and alone the school might
        do better at the others' cost. Its stages have the school's own values.

    Raises
    ------
    InternalError
        When the independent checker finds a rule of the school broken.
    """
    if result.matching is None:
        raise InternalError("A joint result without a matching has no parts.")
    matching = part.matching(result.matching.chosen)
    problem = alone.replace(stages=_own_stages(result, part))
    form = compile_form(problem)
    values = verify(problem, matching).values
    base = next((stage.base for stage in problem.stages if isinstance(stage, FewestMoves)), None)
    chosen = problem.market.is_choice if base is None else Matching.from_ids(problem.market, base).chosen
    return checked_result(
        problem,
        form,
        Outcome(
            status=Status.FEASIBLE if values else result.status,
            pairs=matching.pairs,
            stages=tuple(
                StageValue(stage.name, value, None, proven=False)
                for stage, value in zip(form.stages, values, strict=True)
            ),
            stopped_by_limit=result.stopped_by_limit,
        ),
        Choice(Engine(result.engine, frozenset(), lambda _: (), _never), _reason(joint, result), {}),
        mechanism=result.mechanism,
        options=Options(seed=result.seed),
        runtime_s=result.runtime_s,
        pair_reasons=lambda own: pair_reasons(form, own, fixed=form.forced, chosen=chosen),
        changes=lambda own: (
            *changes_since_last_term(form, own),
            *(() if base is None else moves_since_round_one(form, own, np.flatnonzero(chosen))),
        ),
    )


def _own_stages(result: Result, part: Part) -> tuple[Stage, ...]:
    """Return the stages of a joint result as the school has them."""
    stages: list[Stage] = []
    for stage in result.problem.stages:
        if isinstance(stage, JointStage):
            stages += [own for other, own in stage.parts if other is part]
        elif isinstance(stage, FewestMoves | LowestStanding):
            pairs = (part.own_pair(student, mentor) for student, mentor in stage.base)
            stages.append(type(stage)(base=tuple(pair for pair in pairs if pair is not None)))
        else:
            stages.append(stage)
    return tuple(stages)


def _reason(joint: Joint, result: Result) -> Text:
    names = [part.name for part in joint.parts]
    proven = result.status is Status.OPTIMAL
    return Text(
        zh=f"{len(names)} 所学校因共享导师或区域上限合并求解,"
        + ("各校之和的最优已证明。" if proven else "未证明最优。")
        + result.engine_reason.zh,
        en=f"{len(names)} schools that share mentors or caps were solved together, "
        + ("and the optimum over all of them is proven. " if proven else "not proven optimal. ")
        + result.engine_reason.en,
    )


def _never(form: Form, options: Options) -> Outcome:
    raise InternalError("A part of a joint result is not solved again.")
