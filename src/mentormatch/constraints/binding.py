"""What rules share when they are built and bound to a market: refusals with advice, and words for groups."""

from collections.abc import Iterable, Sequence

from mentormatch.base.errors import RulesError
from mentormatch.base.text import Text
from mentormatch.constraints.naming import known_name, known_person
from mentormatch.constraints.words import attribute_word, value_word
from mentormatch.market.attribute import Attribute
from mentormatch.market.market import Id, Market
from mentormatch.school.confidential import CONFIDENTIAL_ATTRIBUTES


def refused(rule: str, zh: str, en: str, *, maybe: Text | None = None) -> RulesError:
    """Return the error that names the rule, says what is wrong with it, and how to mend it."""
    return RulesError(Text(zh=f"规则 {rule}:{zh}", en=f"Rule {rule}: {en}"), maybe=maybe)


def penalty_and_stage(rule: str, penalty: int | None, stage: str | None, *, name: str = "penalty") -> None:
    """Raise `RulesError` unless a rule has both a penalty and the stage that counts it, or neither."""
    if (penalty is None) == (stage is None):
        return
    given, missing = (name, "stage") if stage is None else ("stage", name)
    raise refused(
        rule,
        f"给出了 {given} 却没有 {missing};两者须同时给出或同时省略。",
        f"'{given}' is given without '{missing}'; the two go together.",
        maybe=Text(
            zh='加上 stage = "soft_rules",并加一个 kind = "soft_rules" 的 [[stage]]。',
            en='add stage = "soft_rules", and a [[stage]] with kind = "soft_rules".',
        )
        if stage is None
        else Text(zh=f"加上 {name} = 1。", en=f"add {name} = 1."),
    )


def known_students(market: Market, ids: Iterable[Id], rule: str) -> None:
    """Raise `RulesError` for a student id that the market does not have."""
    for item in ids:
        known_person("students", market, item, rule)


def known_mentors(market: Market, ids: Iterable[Id], rule: str) -> None:
    """Raise `RulesError` for a mentor id that the market does not have."""
    for item in ids:
        known_person("mentors", market, item, rule)


def known_attribute(market: Market, name: str, rule: str) -> Attribute:
    """Return a student attribute, or raise `RulesError` where the market does not have it."""
    return market.student_attributes[known_name("students", market.student_attributes, name, rule)]


def known_mentor_attribute(market: Market, name: str, rule: str) -> Attribute:
    """Return a mentor attribute, or raise `RulesError` where the market does not have it."""
    return market.mentor_attributes[known_name("mentors", market.mentor_attributes, name, rule)]


def is_confidential(market: Market, attribute: str) -> bool:
    """Tell whether a student attribute is told to nobody as the reason of a student's pair."""
    known = market.student_attributes.get(attribute)
    return attribute in CONFIDENTIAL_ATTRIBUTES or (known is not None and known.confidential)


def students_with(attribute: str, values: Sequence[str]) -> Text:
    """Say a group of students by an attribute and its values."""
    name = attribute_word(attribute)
    words = [value_word(attribute, value) for value in values]
    return Text(
        zh=f"{name.zh}为{'、'.join(word.zh for word in words)}的学生",
        en=f"students whose {name.en} is {' or '.join(word.en for word in words)}",
    )
