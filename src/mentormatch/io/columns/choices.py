"""The numbered choices of a form: five are offered, and as many are read as a school asks for."""

from mentormatch.base.text import Text
from mentormatch.io.cells.numerals import write_numeral
from mentormatch.io.columns.cell_kinds import MENTOR
from mentormatch.io.columns.spec import ColumnSpec

OFFERED_CHOICES = 5
MAX_CHOICES = 40

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_FIRST = Text(
    zh="导师的工号;也可写姓名,同名时写“张伟(数学)”",
    en="the mentor's id; a name will do where only one mentor has it, or name and subject: Zhang Wei(Physics)",
)
_SAME = Text(zh="同上;不填就空着", en="the same; empty for none")


def _choice(number: int) -> ColumnSpec:
    numeral = write_numeral(number)
    numbered = [f"{each}{word}" for each in (f"第{numeral}", f"第{number}") for word in ("选择", "意愿", "导师志愿")]
    of_mentor = [
        f"第{each}志愿{what}"
        for each in (numeral, number)
        for what in ("导师", "老师", "的导师", "导师姓名", "导师工号", "导师编号", "教师")
    ]
    english = [f"{ordinal} {word}" for ordinal in _english(number) for word in ("choice", "preference")]
    return ColumnSpec(
        f"choice_{number}",
        f"第{numeral}志愿",
        MENTOR,
        _FIRST if number == 1 else _SAME,
        aliases=(f"第{number}志愿", f"志愿{number}", f"志愿{numeral}"),
        synonyms=(*numbered, *of_mentor, f"{numeral}志愿", f"preference {number}", f"志愿第{numeral}", *english),
        near=("志愿", "意愿", "首选", "次选", "选择", "想要", "choice", "preference", "wish") if number == 1 else (),
        several=True,
        example="T001" if number == 1 else "",
    )


def _english(number: int) -> tuple[str, ...]:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(0 if 10 < number < 20 else number % 10, "th")
    return (f"{number}{ending}", *_ORDINALS[number - 1 : number])


CHOICES = tuple(_choice(number) for number in range(1, MAX_CHOICES + 1))
