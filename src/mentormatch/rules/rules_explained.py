"""A rules file in words: every rule in force, its parameters, and why a default is what it is."""

from collections.abc import Iterator, Sequence

from pydantic import BaseModel

from mentormatch.base.parameter import parameters
from mentormatch.base.text import Text
from mentormatch.constraints.constraint import Constraint
from mentormatch.constraints.scoped_rule import said_with_scope
from mentormatch.mechanisms.mechanism import Mechanism
from mentormatch.objectives.stage import Stage
from mentormatch.roster.roster import Roster
from mentormatch.rules.defaults import school_constraints, school_stages, with_defaults
from mentormatch.rules.rules_file import TEAMS, Rules
from mentormatch.school.priorities import PRIORITIES

_SHOWN = 60


def explain_rules(rules: Rules, mechanism: Mechanism) -> tuple[Text, ...]:
    """Return lines that say what a rules file asks for, defaults included.

    Parameters
    ----------
    rules : Rules
        From `read_rules`; an empty one explains the defaults.
    mechanism : Mechanism
        The one that the rules are for.

    Returns
    -------
    tuple of Text
        Each rule says whether the file or a default brings it, and each parameter what it means and why it is so.
    """
    default = school_constraints(Roster(), mechanism)
    inforce = with_defaults(default, rules.constraints)
    lines = [
        Text(zh=f"机制:{mechanism.name}。{mechanism.text.zh}", en=f"Mechanism: {mechanism.name}. {mechanism.text.en}"),
        _priorities(rules),
        *_frame(rules),
        Text(zh="", en=""),
        Text(zh="规则", en="Rules"),
    ]
    for number, rule in enumerate(inforce, start=1):
        lines += _rule(number, rule, is_written=rule in rules.constraints)
    lines.append(
        Text(
            zh="导师表中填写的“重点关爱上限”另作为一条默认规则。",
            en="The column care_max of the mentors, where it is filled in, is a default rule too.",
        )
    )
    lines += [Text(zh="", en=""), Text(zh="目标(前一级优先)", en="Stages (earlier ones first)")]
    return (*lines, *_stages(school_stages() if rules.stages is None else rules.stages, is_written=bool(rules.stages)))


def _priorities(rules: Rules) -> Text:
    tiers = PRIORITIES if rules.priorities is None else rules.priorities
    shown = [tier if isinstance(tier, str) else f"{tier.attribute} = {'/'.join(tier.values)}" for tier in tiers]
    source = _source(is_written=rules.priorities is not None)
    return Text(
        zh=f"导师收学生的先后({source.zh}):{' > '.join(shown)}",
        en=f"The order in which mentors take students ({source.en}): {' > '.join(shown)}",
    )


def _frame(rules: Rules) -> Iterator[Text]:
    if rules.choice_rounds:
        rounds = "+".join(map(str, rules.choice_rounds))
        yield Text(zh=f"志愿分轮:{rounds}", en=f"Rounds of choice: {rounds}")
    if rules.regroup is not None:
        number = len(rules.regroup.classes), len(rules.regroup.students)
        yield Text(
            zh=f"匹配前重新编班:{number[0]} 个班级、另 {number[1]} 名学生",
            en=f"Regrouped before the matching: {number[0]} classes and {number[1]} students by themselves",
        )
    for name in TEAMS:
        if getattr(rules, name) is not None:
            command = name.replace("_", "-")
            yield Text(
                zh=f"[{name}] 由命令 mentormatch {command} 使用",
                en=f"[{name}] is for the command mentormatch {command}",
            )
    if rules.mentor_kinds != ("in_school",):
        kinds = ", ".join(rules.mentor_kinds)
        yield Text(zh=f"参加的导师:{kinds}", en=f"Mentors that take part: {kinds}")


def _source(*, is_written: bool) -> Text:
    return Text(zh="规则文件", en="rules file") if is_written else Text(zh="默认", en="default")


def _rule(number: int, rule: Constraint, *, is_written: bool) -> Iterator[Text]:
    said, source = said_with_scope(rule.describe(), rule), _source(is_written=is_written)
    yield Text(
        zh=f'{number}. {said.zh} [{source.zh}] kind = "{rule.kind}"',
        en=f'{number}. {said.en} [{source.en}] kind = "{rule.kind}"',
    )
    yield from _parameters(rule)


def _parameters(part: Constraint | Stage) -> Iterator[Text]:
    for name, parameter in parameters(type(part)).items():
        given, field = getattr(part, name), type(part).model_fields[name]
        is_default = given is not None and not field.is_required() and given == field.get_default()
        why = Text(zh=f";默认,因为:{parameter.why.zh}", en=f"; the default, because: {parameter.why.en}")
        is_told = is_default and bool(parameter.why.en)
        value = _shown(given)
        yield Text(
            zh=f"     {name} = {value.zh}  {parameter.text.zh}{why.zh if is_told else ''}",
            en=f"     {name} = {value.en}  {parameter.text.en}{why.en if is_told else ''}",
        )


def _stages(stages: Sequence[Stage], *, is_written: bool) -> Iterator[Text]:
    source = _source(is_written=is_written)
    for number, stage in enumerate(stages, start=1):
        said, kind = stage.describe(), stage.kind
        yield Text(
            zh=f'{number}. {said.zh} [{source.zh}] kind = "{kind}"',
            en=f'{number}. {said.en} [{source.en}] kind = "{kind}"',
        )
        yield from _parameters(stage)


def _shown(value: object) -> Text:
    """Show a value as a rules file writes it; long lists by their length, since they may hold reasons."""
    if value is None:
        return Text(zh="(不写)", en="(not given)")
    if isinstance(value, bool):
        return Text(zh=str(value).lower(), en=str(value).lower())
    if isinstance(value, tuple):
        if any(isinstance(item, (BaseModel, tuple)) for item in value) or len(str(value)) > _SHOWN:
            return Text(zh=f"[{len(value)} 项]", en=f"[{len(value)} entries]")
        shown = ", ".join(f'"{item}"' if isinstance(item, str) else str(item) for item in value)
        return Text(zh=f"[{shown}]", en=f"[{shown}]")
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return Text(zh=text, en=text)
