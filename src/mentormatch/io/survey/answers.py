"""One answer of a survey about mentors: its options, without letters, and what was typed into 其他〖...〗."""

import re
from collections.abc import Iterator, Sequence

from mentormatch.base.text import Text
from mentormatch.io.cells.lists import split
from mentormatch.io.cells.plain_text import folded, is_blank, squeezed, text_of
from mentormatch.io.cells.reading import Finding
from mentormatch.io.people import MentorDirectory
from mentormatch.io.survey.questions import rank_of
from mentormatch.io.tables import Cell

_TYPED = re.compile(r"(?P<option>[^〖〗]*)〖(?P<typed>[^〖〗]*)〗\s*")
_LETTER = re.compile(r"(?:^|(?<=┋))\s*[A-Za-z]\s*[.．、:：]\s*")
_PARTS = re.compile(r"[\s\u3000/|_·-]+")
_OTHER = frozenset(("", "其他", "其它", "其他导师", "其它导师", "其他老师", "other", "others"))
_ARROWS = re.compile(r"\s*(?:→|➔|➝|⇒|-+>|>)\s*")
_SKIPPED = frozenset(("-2", "-3"))
"""What a tool writes for a question that was passed over, or that was not asked."""
_TICKS = frozenset(("1", "是", "true", "yes", "y", "x", "√", "✓", "✔", "选中", "已选", "checked"))
_NO_TICKS = frozenset(("0", "否", "false", "no", "n", "未选", "未选中", "unchecked"))


def is_unanswered(cell: Cell) -> bool:
    """Tell whether a cell is blank or says that its question was skipped."""
    return is_blank(cell) or squeezed(text_of(cell)) in _SKIPPED


def options(cell: Cell) -> list[Cell]:
    """Return the options that an answer holds; ``其他〖张伟〗`` is 张伟, and ``李华〖我喜欢数学〗`` is 李华."""
    if not isinstance(cell, str):
        return split(cell)
    # What was typed may hold a separator of its own, so it is settled before the cell is split.
    plain = _TYPED.sub(lambda found: _chosen(found["option"], found["typed"]), _LETTER.sub("", cell))
    return [part.strip() if isinstance(part, str) else part for part in split(plain)]


def ranked_options(cell: Cell) -> list[Cell]:
    """Return the options of an answer that lists them, best first: ``张伟→陈静``, ``张伟;陈静;``."""
    return options(_ARROWS.sub("┋", cell) if isinstance(cell, str) else cell)


def _chosen(before: str, typed: str) -> str:
    """Return what stays of ``before〖typed〗``: earlier options, and the last one or what was typed in its place."""
    earlier, separator, last = before.rpartition("┋")
    is_other = folded(last) in _OTHER
    return f"{earlier}{separator}{typed if is_other else last}"


def mentors_in(found: Sequence[Cell], mentors: MentorDirectory) -> Iterator[tuple[Cell, Finding | None]]:
    """Yield for each option the mentor's id, or the option as it stands with what there is to say about it."""
    for option in found:
        if is_unanswered(option):
            continue
        reading = mentors.resolve(option)
        if reading.value is None and isinstance(option, str):
            by_id = _by_id_beside_name(option, mentors)
            if by_id is not None:
                yield by_id, None
                continue
        # A mentor by its unique name is no slip here: survey tools show names.
        refuses = reading.finding is not None and reading.finding.refuses
        yield (option if reading.value is None else reading.value), (reading.finding if refuses else None)


def mentor_called(text: str, mentors: MentorDirectory) -> str | None:
    """Return the id of the one mentor that a text means, None where it means nobody or several."""
    found = list(mentors_in(options(text), mentors))
    return str(found[0][0]) if len(found) == 1 and found[0][1] is None else None


def read_tick(cell: Cell, mentor_id: str, mentors: MentorDirectory) -> bool | Finding:
    """Tell whether the option of a mentor is chosen; some tools write 1, some 是, some the option once more."""
    text = folded(text_of(cell))
    if is_unanswered(cell) or text in _NO_TICKS:
        return False
    if text in _TICKS or mentor_called(text_of(cell), mentors) == mentor_id:
        return True
    return Finding(
        "survey_option_unclear",
        Text(zh="看不出这个选项选了没有", en="Whether this option is chosen cannot be told"),
        Text(zh="选中写 1,没选写 0", en="write 1 for chosen and 0 for not"),
    )


def read_rank(cell: Cell) -> int | Finding | None:
    """Return the rank that the option of a mentor was given; None where it was given none."""
    if is_unanswered(cell):
        return None
    rank = rank_of(text_of(cell))
    if rank is not None and rank > 0:
        return rank
    return Finding(
        "survey_rank_unclear",
        Text(zh="这里应是名次(1、2、3……)", en="A rank belongs here (1, 2, 3, ...)"),
        Text(zh="填写名次,没有排的留空", en="write the rank; leave it empty where there is none"),
    )


def _by_id_beside_name(option: str, mentors: MentorDirectory) -> str | None:
    """Return the id of an option such as ``T001 张伟``; None unless all that can be read in it is that mentor."""
    readings = [mentors.resolve(part) for part in _PARTS.split(option) if squeezed(part)]
    ids = {reading.value for reading in readings if reading.value is not None}
    ambiguous = any(reading.finding is not None and reading.finding.code == "ambiguous_mentor" for reading in readings)
    first = readings[0].finding if readings else None
    if len(ids) != 1 or (ambiguous and first is not None and first.refuses):
        return None
    return ids.pop()
