"""Which question of a survey fills which column: guessed from its words, or written in the rules file."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import ClassVar, Self

from pydantic import AliasChoices, Field

from mentormatch.base.frozen_model import FrozenModel
from mentormatch.base.text import Text
from mentormatch.io.headers import find_column
from mentormatch.io.headers import header as header_of
from mentormatch.io.normal_form import fold

_NUMBER = re.compile(r"^\s*(?:[Qq题]\s*)?\d{1,3}\s*[、.．:：)）]\s*")
_KIND = re.compile(
    r"[\[【(（](?:[^\])】）]*(?:单选|多选|填空|下拉|排序|必答|必填|选填|可选|可多选)[^\])】）]*)[\])】）]"
)
_POLITE = re.compile(r"^(?:请(?:选择|填写|输入)?|您的?|你的?|孩子的?|学生的?)+")
_FIRST_PERSON = {"姓名": "name", "名字": "name", "班级": "class", "所在班级": "class", "学号": "student_id"}
_OF_STUDENTS, _OF_FORMS = "students", "prefs_students"
_TIMES = frozenset(map(fold, ("时间戳记", "时间戳", "Timestamp", "submitdate", "Date submitted", "_submission_time")))
_CHOICE = re.compile(r"choice_(\d+)")

# What a question about mentors may be called besides the header of its column.
_MENTOR = r"(?:的)?(?:导师|老师|教师)(?:姓名|名单)?"
_RANK = re.compile(rf"第([一二三四五1-5])(?:志愿|选择|意愿)(?:{_MENTOR})?(?:是|为)?")
_ACCEPTABLE = re.compile(rf"(?:其他|其它|另外|还|也)*(?:可以|可|能|愿意)*接受{_MENTOR}")
_AVOID = re.compile(
    rf"(?:绝对|坚决|最)?(?:不想要?|不希望|不愿意?|不要|须回避|需要?回避|回避|避开)(?:选择?|要|分到|安排)?{_MENTOR}"
)


class SurveyMapping(FrozenModel):
    """Which header of a survey's sheet holds what.

    A header may be written with or without its question number, such as 3、第一志愿 or 第一志愿.
    """

    is_part_of_rules: ClassVar[bool] = True

    sheet: str | None = Field(default=None, description="The sheet with the answers; default the first.")
    student_id: str | None = Field(default=None, description="Header of the students' ids.")
    name: str | None = Field(default=None, description="Header of the students' names.")
    class_name: str | None = Field(
        default=None,
        validation_alias=AliasChoices("class", "class_name"),
        serialization_alias="class",
        description="Header of the students' classes.",
    )
    submitted_at: str | None = Field(default=None, description="Header of the time of handing in.")
    choices: tuple[str, ...] = Field(default=(), description="Headers of the numbered choices, best first.")
    ranking: str | None = Field(default=None, description="Header of a question that puts mentors in order.")
    acceptable: tuple[str, ...] = Field(default=(), description="Headers of mentors that are acceptable too.")
    avoid: tuple[str, ...] = Field(default=(), description="Headers of mentors to avoid.")
    unused: tuple[str, ...] = Field(default=(), description="Headers that are none of these, whatever they look like.")

    @property
    def headers(self) -> tuple[str, ...]:
        """Every header that is named."""
        single = (self.student_id, self.name, self.class_name, self.submitted_at, self.ranking)
        several = (*self.choices, *self.acceptable, *self.avoid, *self.unused)
        return (*(header for header in single if header), *several)

    @property
    def tells_forms(self) -> bool:
        """Whether it says who answered, and at least one question about mentors."""
        who = self.student_id is not None or (self.name is not None and self.class_name is not None)
        return who and bool(self.choices or self.ranking or self.acceptable)

    def with_columns(self, columns: Iterable[tuple[str, str]]) -> Self:
        """Return the mapping with some headers put to columns such as ``choice_1``, ``class`` or ``unused``."""
        columns = tuple(columns)
        data = self.model_dump()
        numbered = dict(enumerate(self.choices, start=1))
        for header in (header for header, column in columns if column == "unused"):
            data = {name: _without(value, header) if name != "sheet" else value for name, value in data.items()}
            numbered = {at: other for at, other in numbered.items() if not same_question(other, header)}
        for header, column in columns:
            if (found := _CHOICE.fullmatch(column)) is not None:
                numbered[int(found[1])] = header
            elif column in {"acceptable", "avoid", "unused"}:
                data[column] = (*(h for h in data[column] if h != header), header)
            else:
                data["class_name" if column == "class" else column] = header
        data["choices"] = tuple(numbered[at] for at in sorted(numbered))
        return type(self).model_validate(data)

    def in_words_of(self, words: Mapping[str, str]) -> Self:
        """Return the mapping with each header as the file writes it."""
        data = self.model_dump()
        for field, value in data.items():
            if isinstance(value, tuple):
                data[field] = tuple(words[item] for item in value)
            elif value is not None and field != "sheet":
                data[field] = words[value]
        return type(self).model_validate(data)

    def told(self) -> tuple[tuple[Text, str], ...]:
        """Return what is read from which question, column by column: the name of the column, and the header."""
        single = {"student_id": self.student_id, "name": self.name, "class": self.class_name}
        pairs = [(_name(_OF_STUDENTS, name), header) for name, header in single.items() if header]
        pairs += [(_name(_OF_FORMS, "submitted_at"), self.submitted_at)] if self.submitted_at else []
        pairs += [(Text(f"第{at}志愿", f"choice {at}"), header) for at, header in enumerate(self.choices, start=1)]
        pairs += [(Text("志愿排序", "choices in order"), self.ranking)] if self.ranking else []
        for name, headers in (("acceptable", self.acceptable), ("avoid", self.avoid)):
            pairs += [(_name(_OF_FORMS, name), header) for header in headers]
        return tuple(pairs)

    def toml(self) -> str:
        """Return the ``[survey]`` table of a rules file."""
        lines = ["[survey]"]
        for field, value in self.model_dump(by_alias=True).items():
            if isinstance(value, tuple):
                if value:
                    lines.append(f"{field} = [{', '.join(_quoted(item) for item in value)}]")
            elif value is not None:
                lines.append(f"{field} = {_quoted(value)}")
        return "\n".join(lines) + "\n"


def question(header: str) -> str:
    """Return the words of a question without number, kind and politeness: 3、请选择第一志愿[单选题] is 第一志愿."""
    words = _KIND.sub("", _NUMBER.sub("", header)).strip()
    return _POLITE.sub("", words).strip(" :：?？*") or words


def column_of(header: str) -> str | None:
    """Return the column that a survey's header fills by its words, or None."""
    words = question(header)
    for text in (header, words):
        column = find_column("prefs_students", text)
        if column is not None:
            return column.name
    if (found := _RANK.fullmatch(words)) is not None:
        return f"choice_{'一二三四五'.find(found[1]) + 1 or found[1]}"
    for pattern, name in ((_ACCEPTABLE, "acceptable"), (_AVOID, "avoid")):
        if pattern.fullmatch(words):
            return name
    if fold(words) in _TIMES:
        return "submitted_at"
    if words in _FIRST_PERSON:
        return _FIRST_PERSON[words]
    student = find_column("students", words)
    return student.name if student is not None and student.name in {"name", "class", "student_id"} else None


def guessed_mapping(headers: Iterable[str]) -> SurveyMapping:
    """Return the mapping that the headers themselves tell; the first of two that mean the same."""
    columns: dict[str, str] = {}
    for header in headers:
        column = column_of(header)
        if column is not None:
            columns.setdefault(column, header)
    return SurveyMapping().with_columns((header, column) for column, header in columns.items())


def same_question(one: str, other: str) -> bool:
    """Tell whether two headers mean the same question."""
    return fold(one) == fold(other) or fold(question(one)) == fold(question(other))


def _name(kind: str, name: str) -> Text:
    return Text(header_of(kind, name, "zh"), header_of(kind, name, "en"))


def _without(value: object, header: str) -> object:
    if isinstance(value, tuple):
        return tuple(each for each in value if not same_question(each, header))
    return None if isinstance(value, str) and same_question(value, header) else value


def _quoted(text: str) -> str:
    # JSON's escapes are TOML's, but JSON leaves DEL as it is.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
