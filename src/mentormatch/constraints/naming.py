"""What a parameter names: people, attributes and their values, looked up in the market before a rule is used.

A parameter declares with `Names` what it names. One walk over a rule's parameters (`look_up`) turns the words of the
template (重点, 是, 女, 八年级), the codes (key, yes, female, 8) and other spellings of one thing into the value that
the market has, and refuses the rest with what there is.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Literal, TypeVar

from pydantic import BaseModel

from mentormatch.base.errors import MarketError, RulesError
from mentormatch.base.text import Text
from mentormatch.constraints.words import attribute_named, is_vocabulary, spellings, value_word
from mentormatch.io.cells.plain_text import folded
from mentormatch.market.attribute import Attribute
from mentormatch.market.market import Id, Market

M = TypeVar("M", bound=BaseModel)
What = Literal["student", "mentor", "student_attribute", "mentor_attribute", "student_value", "mentor_value"]

# Comparing one id with each of a city takes longer than the advice is worth.
MAX_COMPARED = 20_000
MAX_SHOWN = 20
_SIDES = {"students": Text(zh="学生", en="student"), "mentors": Text(zh="导师", en="mentor")}


@dataclass(frozen=True, slots=True)
class Names:
    """Marks a parameter with what it names.

    Parameters
    ----------
    what : str or tuple
        Of every value, however deep it stands in tuples. A tuple says it place by place, for a parameter that holds
        tuples: ``("mentor", None)`` for numbers by mentor.
    of : str
        For values: the parameter of the same model that holds the attribute's name.

    Examples
    --------
    >>> from typing import Annotated
    >>> class Rest(BaseModel):
    ...     students: Annotated[tuple[str, ...], Names("student")] = ()
    """

    what: What | tuple[What | None, ...]
    of: str = "attribute"


def look_up(model: M, market: Market, rule: str) -> M:
    """Return a rule, a stage or a table within one with everything that it names as the market has it.

    Raises
    ------
    RulesError
        For a person, an attribute or a value that the market does not have, with what there is.

    Notes
    -----
    O(what the parameters hold). Once looked up, looking it up again changes nothing.
    """
    marks = {name: mark for name, field in type(model).model_fields.items() if (mark := _mark(field.metadata))}
    changed: dict[str, Any] = {}
    # Values can be looked up once their attribute is known.
    for name in sorted(type(model).model_fields, key=lambda name: _is_of_values(marks.get(name))):
        value = getattr(model, name)
        if value is None:
            continue
        if name in marks:
            mark = marks[name]
            attribute = changed.get(mark.of, getattr(model, mark.of, None))
            # A default that nobody wrote may be without effect: a school may have no mentor with such a talent.
            written = name in model.model_fields_set or not _is_of_values(mark)
            look = _Look(market, rule, attribute, written)
            found = _mapped(mark.what, value, look)
        else:
            found = _within(value, market, rule)
        if found is not value and found != value:
            changed[name] = found
    return model.model_copy(update=changed) if changed else model


def names_something(model: BaseModel) -> bool:
    """Tell whether a rule or a stage names people or values of an attribute; an attribute alone names nobody."""
    for name, field in type(model).model_fields.items():
        mark = _mark(field.metadata)
        if mark is not None and mark.what not in ("student_attribute", "mentor_attribute"):
            value = getattr(model, name)
            if isinstance(value, tuple) and value:
                return True
    return False


def student_attributes_of(model: BaseModel) -> tuple[str, ...]:
    """Return the student attributes that a rule's own parameters name."""
    found = []
    for name, field in type(model).model_fields.items():
        mark, value = _mark(field.metadata), getattr(model, name)
        if mark is not None and mark.what == "student_attribute" and isinstance(value, str):
            found.append(value)
    return tuple(found)


def _mark(metadata: Sequence[Any]) -> Names | None:
    return next((each for each in metadata if isinstance(each, Names)), None)


def _is_of_values(mark: Names | None) -> bool:
    return mark is not None and mark.what in ("student_value", "mentor_value")


def _within(value: Any, market: Market, rule: str) -> Any:
    if isinstance(value, BaseModel):
        return look_up(value, market, rule)
    if isinstance(value, tuple) and value and isinstance(value[0], BaseModel):
        return tuple(look_up(item, market, rule) for item in value)
    return value


def _mapped(what: What | tuple[What | None, ...] | None, value: Any, found: Callable[[What, Any], Any]) -> Any:
    if what is None:
        return value
    if isinstance(what, tuple):
        if not isinstance(value, tuple) or not value:
            return value
        if isinstance(value[0], tuple):
            return tuple(_mapped(what, item, found) for item in value)
        return tuple(_mapped(part, item, found) for part, item in zip(what, value, strict=True))
    if isinstance(value, tuple):
        return tuple(_mapped(what, item, found) for item in value)
    return found(what, value)


@dataclass(frozen=True, slots=True)
class _Look:
    """How the values of one parameter are looked up."""

    market: Market
    rule: str
    attribute: str | None
    written: bool

    def __call__(self, what: What, item: Any) -> Any:
        try:
            return _found(what, item, self.attribute, self.market, self.rule)
        except RulesError:
            if self.written:
                raise
            return item


def _found(what: What, item: Any, attribute: str | None, market: Market, rule: str) -> Any:
    if what == "student":
        return known_person("students", market, item, rule)
    if what == "mentor":
        return known_person("mentors", market, item, rule)
    if what == "student_attribute":
        return known_name("students", market.student_attributes, item, rule)
    if what == "mentor_attribute":
        return known_name("mentors", market.mentor_attributes, item, rule)
    side = "students" if what == "student_value" else "mentors"
    of = market.student_attributes if side == "students" else market.mentor_attributes
    if attribute is None or attribute not in of:
        return item
    return known_value(side, attribute, of[attribute], item, rule)


def known_name(side: str, there: Any, name: str, rule: str) -> str:
    """Return the attribute of a side that a name means: its own, or the header of its column.

    Parameters
    ----------
    side : {"students", "mentors"}
    there : mapping
        The attributes by their names.
    name : str
    rule : str
        Who asks.
    """
    found = name if name in there else attribute_named(side, name, there)
    if found is not None:
        return found
    known, word = sorted(there), _SIDES[side]
    near = get_close_matches(name, known)
    raise _refused(
        rule,
        f"没有名为“{name}”的{word.zh}属性;可用的有:{'、'.join(known) or '无'}",
        f"there is no {word.en} attribute '{name}'; there are: {', '.join(known) or 'none'}",
        near,
    )


def known_value(side: str, name: str, attribute: Attribute, value: str, rule: str) -> str:
    """Return the value of an attribute that a word means.

    Of a closed list of words (care levels, genders, yes and no, kinds of mentors) one that nobody has just now is a
    value all the same; elsewhere a value that nobody has is refused.
    """
    labels = attribute.labels
    if value in labels:
        return value
    written = list(spellings(name, value))
    found = next((spelling for spelling in written if spelling in labels), None)
    found = found or _only(label for label in labels if folded(label) == folded(value))
    if found is None and written and is_vocabulary(name, labels):
        found = written[0]
    if found is not None:
        return found
    who = _SIDES[side]
    shown = [value_word(name, label) for label in labels[:MAX_SHOWN]]
    more = Text("……", ", ...") if len(labels) > MAX_SHOWN else Text("", "")
    raise _refused(
        rule,
        f"没有{who.zh}的“{name}”是“{value}”;有:{'、'.join(word.zh for word in shown) or '(无人填写)'}{more.zh}",
        f"no {who.en} has '{name}' = '{value}'; there are: {', '.join(word.en for word in shown) or 'none'}{more.en}",
        get_close_matches(value, labels) or get_close_matches(value, [word.zh for word in shown]),
    )


def known_person(side: str, market: Market, item: Any, rule: str) -> Any:
    """Return the id of a person that an id means: itself, or the only one that differs in width and case alone."""
    index, there = (
        (market.student_index, market.student_ids) if side == "students" else (market.mentor_index, market.mentor_ids)
    )
    # Who takes no part in the matching is known all the same: a rule may name an external.
    if side == "mentors" and item in market.bystanders:
        return item
    try:
        index(item)
    except MarketError:
        return _meant(there, item, rule, _SIDES[side])
    return item


def _meant(there: Sequence[Id], item: Any, rule: str, side: Text) -> Any:
    near: list[str] = []
    maybe: Text | None = None
    if len(there) <= MAX_COMPARED:
        by_text = {str(other): other for other in there}
        if str(item) in by_text:
            maybe = _of_the_other_type(by_text[str(item)])
        elif isinstance(item, str):
            same = _only(other for other in there if isinstance(other, str) and folded(other) == folded(item))
            if same is not None:
                return same
        near = get_close_matches(str(item), by_text)
    raise _refused(
        rule, f"没有编号为 {item} 的{side.zh}", f"there is no {side.en} with the id {item!r}", near, maybe=maybe
    )


def _of_the_other_type(right: Id) -> Text:
    if isinstance(right, str):
        return Text(zh=f'编号是文本,请加引号:"{right}"。', en=f'the id is text and needs quotes: "{right}".')
    return Text(zh=f"编号是数字,请去掉引号:{right}。", en=f"the id is a number without quotes: {right}.")


def _only(found: Iterator[Any]) -> Any:
    """Return the one thing that is found; None where there is nothing, or more than one."""
    first, second = next(found, None), next(found, None)
    return first if second is None else None


def _refused(rule: str, zh: str, en: str, near: Sequence[str], *, maybe: Text | None = None) -> RulesError:
    if maybe is None and near:
        maybe = Text(zh="、".join(near) + "?", en=f"you meant {', '.join(near)}.")
    return RulesError(Text(zh=f"规则 {rule}:{zh}。", en=f"Rule {rule}: {en}."), maybe=maybe)
