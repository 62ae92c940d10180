"""The words for attributes and values: how a clerk writes what the roster keeps as a code."""

from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Any

from mentormatch.base.text import Text
from mentormatch.io.cells.classes import parse_class
from mentormatch.io.cells.grades import class_label, grade_label, read_grade
from mentormatch.io.cells.plain_text import folded
from mentormatch.io.cells.words import BOOLEANS, CARE_LEVELS, GENDERS, MENTOR_KINDS
from mentormatch.io.headers import find_column

VOCABULARIES: Mapping[str, Mapping[Any, tuple[str, ...]]] = {
    "boarding": {"yes": BOOLEANS[True], "no": BOOLEANS[False]},
    "care_level": CARE_LEVELS,
    "gender": GENDERS,
    "kind": MENTOR_KINDS,
    "mentor_gender_req": GENDERS,
}
"""The closed lists of words, by the attribute and by the code."""

ATTRIBUTE_WORDS: Mapping[str, Text] = {
    "boarding": Text(zh="是否寄宿", en="boarding"),
    "care_level": Text(zh="关爱等级", en="care level"),
    "care_tags": Text(zh="关爱类别", en="care tags"),
    "class_name": Text(zh="班级", en="class"),
    "gender": Text(zh="性别", en="gender"),
    "grade": Text(zh="年级", en="grade"),
    "mentor_gender_req": Text(zh="导师性别要求", en="requested gender of the mentor"),
    "stage": Text(zh="学段", en="stage of schooling"),
    "subject": Text(zh="任教学科", en="subject"),
    "tags": Text(zh="特长", en="tags"),
    "themes": Text(zh="兴趣主题", en="themes"),
}

STAGES = (("小学", "小", "primary"), ("初中", "初", "junior"), ("高中", "高", "senior"))
CLASSES = frozenset({"class_name", "classes_taught", "head_of", "chief_of"})

# Columns whose attribute has another name.
_ATTRIBUTE_OF_COLUMN = {"class": "class_name"}


def attribute_code(side: str, text: str) -> str:
    """Return the attribute whose column has a header, or the text itself."""
    column = find_column(side, text)
    return text if column is None else _ATTRIBUTE_OF_COLUMN.get(column.name, column.name)


def attribute_named(side: str, text: str, there: Container[str]) -> str | None:
    """Return the attribute whose column has a header, or None.

    Parameters
    ----------
    side : {"students", "mentors"}
    text : str
        Such as 关爱等级, 年级 or class.
    there : container of str
        The attributes that there are.
    """
    name = attribute_code(side, text)
    return name if name in there else None


def spellings(attribute: str, value: str) -> Iterator[str]:
    """Yield the code that a word means, then its other spellings; nothing for a word that means nothing special."""
    for code, words in VOCABULARIES.get(attribute, {}).items():
        if folded(value) in {folded(word) for word in (code, *words)}:
            yield from (code, *words)
    if attribute == "grade" and (grade := read_grade(value).value) is not None:
        yield from (grade_label(grade), str(grade))
    if attribute == "stage":
        for group in STAGES:
            if folded(value) in group:
                yield from group
    if attribute in CLASSES:
        said = parse_class(value)
        if said.grade is not None and said.number is not None:
            yield class_label(said.grade, said.number)


def is_vocabulary(attribute: str, labels: Sequence[str]) -> bool:
    """Tell whether the values of an attribute are codes of a closed list of words."""
    return attribute in VOCABULARIES and set(labels) <= set(VOCABULARIES[attribute])


def attribute_word(name: str) -> Text:
    """Say an attribute."""
    return ATTRIBUTE_WORDS.get(name, Text(zh=name, en=name))


def value_word(attribute: str, value: str) -> Text:
    """Say a value."""
    words = VOCABULARIES.get(attribute, {}).get(value)
    return Text(zh=value, en=value) if words is None else Text(zh=words[0], en=words[1])
