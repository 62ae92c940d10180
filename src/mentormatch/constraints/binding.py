"""What rules share when they are built and bound to a market: refusals with advice, and words for groups."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches

from mentormatch.base.errors import MarketError, RulesError
from mentormatch.base.text import Text
from mentormatch.market.attribute import Attribute
from mentormatch.market.market import Id, Market
from mentormatch.school.confidential import CONFIDENTIAL_ATTRIBUTES

# Comparing one id with each of a city takes longer than the advice is worth.
MAX_COMPARED = 20_000

ATTRIBUTE_WORDS: dict[str, Text] = {
    "care_level": Text(zh="关爱等级", en="care level"),
    "class_name": Text(zh="班级", en="class"),
    "gender": Text(zh="性别", en="gender"),
    "grade": Text(zh="年级", en="grade"),
    "mentor_gender_req": Text(zh="导师性别要求", en="requested gender of the mentor"),
}
VALUE_WORDS: dict[tuple[str, str], Text] = {
    ("care_level", "general"): Text(zh="一般", en="general"),
    ("care_level", "key"): Text(zh="重点", en="key"),
    ("gender", "female"): Text(zh="女", en="female"),
    ("gender", "male"): Text(zh="男", en="male"),
    ("mentor_gender_req", "female"): Text(zh="女", en="female"),
    ("mentor_gender_req", "male"): Text(zh="男", en="male"),
}


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
    _known(market.student_index, market.student_ids, ids, rule, Text(zh="学生", en="student"))


def known_mentors(market: Market, ids: Iterable[Id], rule: str) -> None:
    """Raise `RulesError` for a mentor id that the market does not have."""
    _known(market.mentor_index, market.mentor_ids, ids, rule, Text(zh="导师", en="mentor"))


def known_attribute(market: Market, name: str, rule: str) -> Attribute:
    """Return a student attribute, or raise `RulesError` where the market does not have it."""
    return _attribute(market.student_attributes, name, rule, Text(zh="学生", en="student"))


def known_mentor_attribute(market: Market, name: str, rule: str) -> Attribute:
    """Return a mentor attribute, or raise `RulesError` where the market does not have it."""
    return _attribute(market.mentor_attributes, name, rule, Text(zh="导师", en="mentor"))


def _attribute(attributes: Mapping[str, Attribute], name: str, rule: str, side: Text) -> Attribute:
    found = attributes.get(name)
    if found is None:
        there = ", ".join(sorted(attributes)) or "-"
        raise refused(
            rule,
            f"没有名为“{name}”的{side.zh}属性;可用的有:{there}。",
            f"there is no {side.en} attribute '{name}'; there are: {there}.",
            maybe=_meant(get_close_matches(name, attributes)),
        )
    return found


def known_values(attribute: Attribute, name: str, values: Sequence[str], rule: str) -> None:
    """Raise `RulesError` for a value that no student has and that looks like a slip for one that some have.

    A value that nobody has is no error by itself: a school may have no key-care student this term.
    """
    for value in values:
        if value in attribute.labels:
            continue
        near = [label for label in attribute.labels if label.casefold() == value.strip().casefold()]
        near = near or get_close_matches(value, attribute.labels, cutoff=0.8)
        if near:
            raise refused(
                rule,
                f"没有学生的“{name}”是“{value}”。",
                f"no student has '{name}' = '{value}'.",
                maybe=_meant(near),
            )


def is_confidential(market: Market, attribute: str) -> bool:
    """Tell whether a student attribute is told to nobody as the reason of a student's pair."""
    known = market.student_attributes.get(attribute)
    return attribute in CONFIDENTIAL_ATTRIBUTES or (known is not None and known.confidential)


def attribute_word(name: str) -> Text:
    """Say an attribute."""
    return ATTRIBUTE_WORDS.get(name, Text(zh=name, en=name))


def students_with(attribute: str, values: Sequence[str]) -> Text:
    """Say a group of students by an attribute and its values."""
    name = attribute_word(attribute)
    words = [VALUE_WORDS.get((attribute, value), Text(zh=value, en=value)) for value in values]
    return Text(
        zh=f"{name.zh}为{'、'.join(word.zh for word in words)}的学生",
        en=f"students whose {name.en} is {' or '.join(word.en for word in words)}",
    )


def _known(index: Callable[[Id], int], there: Sequence[Id], ids: Iterable[Id], rule: str, side: Text) -> None:
    for item in ids:
        try:
            index(item)
        except MarketError:
            raise refused(
                rule,
                f"没有编号为 {item} 的{side.zh}。",
                f"there is no {side.en} with the id {item!r}.",
                maybe=_meant_id(there, item),
            ) from None


def _meant_id(there: Sequence[Id], item: Id) -> Text | None:
    if len(there) > MAX_COMPARED:
        return None
    by_text = {str(other): other for other in there}
    if str(item) in by_text and isinstance(item, (str, int)):
        right = by_text[str(item)]
        if isinstance(right, str):
            return Text(zh=f'编号是文本,请加引号:"{right}"。', en=f'the id is text and needs quotes: "{right}".')
        return Text(zh=f"编号是数字,请去掉引号:{right}。", en=f"the id is a number without quotes: {right}.")
    return _meant(get_close_matches(str(item), by_text))


def _meant(near: Sequence[str]) -> Text | None:
    return Text(zh="、".join(near) + "?", en=f"you meant {', '.join(near)}.") if near else None
