"""Residents, couples and programmes in lines ``r``, ``c``, ``p``: read into a `CouplesInstance`, and written.

The format of the instances of Drummond, Perrault and Bacchus (2015)::

    #Resident "r rid rol"
    r 0 2 1
    #Couple "c cid r1id r2id rol"
    c 0 1 2 0 1 0 0
    #Program "p pid quota rol"
    p 0 1 0 1 2

The list of a couple holds joint choices, two programmes each: that of its first and that of its second member. Lines
that begin with # are comments.
"""

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from mentormatch.base.arrays import IndexArray, IntArray
from mentormatch.base.errors import MarketError
from mentormatch.base.text import Text
from mentormatch.io.files.atomic import atomic_path
from mentormatch.io.instances.glasgow_couples import CouplesInstance
from mentormatch.io.instances.glasgow_lines import MAX_DIGITS, Lines, integers, read_lines, shown
from mentormatch.market.market import MAX_QUOTA

Numbers = list[int]


def read_rcp_couples(path: str | Path) -> CouplesInstance:
    """Read an instance with couples in lines r, c and p.

    A pair is acceptable only if the programme lists the resident, and a joint choice only if both of its pairs are.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    CouplesInstance
        Ids are the numbers of the file.

    Raises
    ------
    FileError
        The file is missing, cannot be read, or is empty.
    MarketError
        The text is not well formed; with the number of the line.
    """
    lines = read_lines(Path(path))
    singles: dict[int, Numbers] = {}
    couples: dict[tuple[int, int], list[tuple[int, int]]] = {}
    programmes: dict[int, Numbers] = {}
    seats: dict[int, int] = {}
    numbers: set[int] = set()
    for number, line in lines.rows:
        kind, *words = line.split("#")[0].split() or ["#"]
        if kind == "#":
            continue
        if kind not in _SHORTEST:
            lines.refuse(
                number, f"行首应为 r、c 或 p,现为 {shown(kind)}。", f"a line begins with r, c or p, got {kind!r}."
            )
        found = _numbers(lines, number, words)
        if len(found) < _SHORTEST[kind]:
            lines.refuse(number, "这一行不完整。", "the line is not complete.")
        if kind == "r":
            _put(lines, number, singles, found[0], found[1:])
        elif kind == "p":
            _put(lines, number, programmes, found[0], found[2:])
            seats[found[0]] = min(found[1], MAX_QUOTA + 1)
        elif len(found) % 2 == 0 or found[0] in numbers:
            lines.refuse(
                number,
                "成对志愿应两两给出,且编号不可重复。",
                "a couple's list holds two programmes for each choice, and its number stands once.",
            )
        else:
            numbers.add(found[0])
            choices = list(zip(found[3::2], found[4::2], strict=True))
            couples[found[1], found[2]] = list(dict.fromkeys(choices))
    _check_programmes(lines, [*singles.values(), *(list(c) for mine in couples.values() for c in mine)], seats)
    try:
        return CouplesInstance.from_preferences(singles, couples, programmes, quotas=seats)
    except MarketError as error:
        raise MarketError(Text(zh=f"{lines.path}:{error.full_text.zh}", en=f"{lines.path}: {error}")) from None


def write_rcp_couples(instance: CouplesInstance, path: str | Path) -> None:
    """Write an instance with couples in lines r, c and p, whole or not at all.

    Raises
    ------
    MarketError
        The format cannot say it: ids other than whole numbers from 0, ties, lower quotas, students who take other than
        one mentor.
    FileError
        The file cannot be written.
    """
    market = instance.market
    students, mentors = list(integers(market.student_ids)), list(integers(market.mentor_ids))
    in_couple = {student for first, second, _ in instance.couples for student in (first, second)}
    if market.mentor_lower.any() or (market.student_quota != 1).any():
        raise _not_said("名额下限,或学生的导师数不为一", "lower quotas, and students who take other than one mentor")
    lines = ['#Resident "r rid rol"']
    for i, student in enumerate(market.student_ids):
        if student not in in_couple:
            mine = _strict(market.pairs_of_student(i), market.student_rank)
            lines.append(_line("r", [students[i]], (mentors[j] for j in market.mentor[mine].tolist())))
    lines.append('#Couple "c cid r1id r2id rol"')
    for number, (first, second, choices) in enumerate(instance.couples):
        listed = (mentors[market.mentor_index(end)] for choice in choices for end in choice)
        ends = [students[market.student_index(end)] for end in (first, second)]
        lines.append(_line("c", [number, *ends], listed))
    lines.append('#Program "p pid quota rol"')
    for j in range(market.num_mentors):
        mine = _strict(np.asarray(market.pairs_of_mentor(j), np.int64), market.mentor_rank)
        head = [mentors[j], int(market.mentor_upper[j])]
        lines.append(_line("p", head, (students[i] for i in market.student[mine].tolist())))
    with atomic_path(Path(path)) as temp:
        temp.write_text("\n".join([*lines, ""]), encoding="ascii", newline="\n")


_SHORTEST = {"r": 1, "c": 3, "p": 2}


def _numbers(lines: Lines, number: int, words: list[str]) -> Numbers:
    odd = next((word for word in words if not (word.isascii() and word.isdigit() and len(word) <= MAX_DIGITS)), None)
    if odd is not None:
        lines.refuse(number, f"{shown(odd)} 不是编号。", f"{shown(odd)} is no number of a resident or a programme.")
    return [int(word) for word in words]


def _put(lines: Lines, number: int, lists: dict[int, Numbers], owner: int, mine: Numbers) -> None:
    if owner in lists or len(set(mine)) < len(mine):
        lines.refuse(
            number,
            f"{owner} 出现了两次,或名单中有重复。",
            f"{owner} has a second line, or its list names somebody twice.",
        )
    lists[owner] = mine


def _check_programmes(lines: Lines, lists: Iterable[Numbers], seats: dict[int, int]) -> None:
    unknown = next((each for mine in lists for each in mine if each not in seats), None)
    if unknown is not None:
        number = lines.rows[-1][0]
        lines.refuse(number, f"没有 {unknown} 的 p 行。", f"the programme {unknown} is listed and has no line p.")


def _strict(pairs: IntArray, rank: IndexArray) -> IntArray:
    order = pairs[np.argsort(rank[pairs], kind="stable")]
    if len(np.unique(rank[pairs])) < len(pairs):
        raise _not_said("并列", "ties")
    return order


def _not_said(zh: str, en: str) -> MarketError:
    return MarketError(Text(zh=f"此格式不能表示{zh}。", en=f"The format cannot say {en}."))


def _line(kind: str, head: list[int], rest: Iterable[int]) -> str:
    return " ".join([kind, *map(str, head), *map(str, rest)])
