"""The text format for hospitals / residents with couples (HRTC): read into a market and its couples.

::

    <residents>
    <hospitals>
    <couples>
    <posts>
    five lines on how the instance was made, which are not needed

    <resident> <hospital> <hospital> ...                 one line for each resident, best first
    <hospital> <capacity> <resident> <resident> ...      one line for each hospital, best first

Residents 0 and 1 are the first couple, 2 and 3 the second, ...: the lists of both are of one length, and the hospitals
at the same place of both are a joint choice. All others apply alone, without ties.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mentormatch.base.errors import FileError, MarketError
from mentormatch.base.text import Text
from mentormatch.market.market import MAX_QUOTA, Market, Tiers
from mentormatch.market.preference_lists import check_pair

Name = str | int

_HEADER = 9


@dataclass(frozen=True, eq=False)
class CouplesInstance:
    """A market in which some students apply in twos.

    Parameters
    ----------
    market : Market
        The pairs of couples' students are placement pairs (rank 0): they are wanted jointly only.
    couples : tuple of (first, second, choices)
        Ids of the two students, and their joint choices as (mentor of the first, mentor of the second), best first.
    """

    market: Market
    couples: tuple[tuple[Name, Name, tuple[tuple[Name, Name], ...]], ...]

    @classmethod
    def from_preferences(
        cls,
        singles: Mapping[Any, Tiers | None],
        couples: Mapping[tuple[Any, Any], Sequence[tuple[Any, Any]]],
        mentors: Mapping[Any, Tiers | None] | None = None,
        *,
        quotas: Mapping[Any, int | tuple[int, int]] | int = 1,
    ) -> "CouplesInstance":
        """Build an instance from dictionaries.

        Parameters
        ----------
        singles, mentors, quotas
            Who applies alone, and the mentors, as in `Market.from_preferences`.
        couples : mapping of (student, student) to sequence of (mentor, mentor)
            The joint choices of each couple, best first: a mentor for the first student and one for the second. A
            choice that one of the mentors does not want is dropped.

        Raises
        ------
        MarketError
            For a student who stands twice, what is no pair, and as in `Market.from_preferences`.
        """
        lists: dict[Any, Tiers | None] = dict(singles)
        for couple, choices in couples.items():
            check_pair(couple, Text(zh="两名学生组成的元组", en="A tuple of two students"))
            for choice in choices:
                check_pair(choice, Text(zh="两名导师组成的元组", en="A tuple of two mentors, one for each student,"))
            for place, student in enumerate(couple):
                if student in lists:
                    raise MarketError(f"The student {student!r} stands twice among singles and couples.")
                lists[student] = list(dict.fromkeys(choice[place] for choice in choices))
        market = Market.from_preferences(lists, mentors, quotas=quotas)
        members = [market.student_index(student) for couple in couples for student in couple]
        jointly = np.isin(market.student, members)
        kept = [
            (a, b, tuple((x, y) for x, y in choices if _is_pair(market, a, x) and _is_pair(market, b, y)))
            for (a, b), choices in couples.items()
        ]
        return cls(market.replace(student_rank=np.where(jointly, 0, market.student_rank)), tuple(kept))


def _is_pair(market: Market, student: Name, mentor: Name) -> bool:
    return market.pair_index(student, mentor) is not None


def read_glasgow_couples(path: str | Path) -> CouplesInstance:
    """Read an instance of HRTC.

    A pair is acceptable only if the hospital lists the resident, and a joint choice only if both of its pairs are.

    Parameters
    ----------
    path : str or Path

    Raises
    ------
    FileError
        The file is missing or cannot be read as text.
    MarketError
        The text is not well formed; with the number of the line.
    """
    path = Path(path)
    lines = _lines(path)
    if len(lines) < _HEADER or any(len(line.split()) != 1 for _, line in lines[:_HEADER]):
        raise _refused(path, 1, "开头应有九行,每行一项。", "the file must begin with nine lines of one entry each.")
    residents, hospitals, couples = (_numbers(path, number, line)[0] for number, line in lines[:3])
    body = [(number, _numbers(path, number, line)) for number, line in lines[_HEADER:]]
    if len(body) != residents + hospitals or 2 * couples > residents:
        raise _refused(
            path,
            1,
            f"文件声明 {residents} 名学生、{hospitals} 名导师、{couples} 对,实有 {len(body)} 行名单。",
            f"it announces {residents} residents, {hospitals} hospitals, {couples} couples, and has {len(body)} lists.",
        )
    lists = {row[0]: (number, row[1:]) for number, row in body[:residents]}
    posts = {row[0]: (number, row[1:]) for number, row in body[residents:]}
    if set(lists) != set(range(residents)) or len(posts) != hospitals:
        raise _refused(path, body[0][0], "编号须从 0 起连续。", "residents must be numbered from 0 without gaps.")
    return _instance(path, lists, posts, couples)


def _instance(
    path: Path, lists: dict[int, tuple[int, list[int]]], posts: dict[int, tuple[int, list[int]]], couples: int
) -> CouplesInstance:
    rank: dict[tuple[int, int], int] = {}
    seats: dict[int, int] = {}
    for hospital, (number, row) in posts.items():
        if not row or row[0] > MAX_QUOTA:
            raise _refused(path, number, "缺少名额。", "the capacity is missing or too large.")
        seats[hospital] = row[0]
        for place, resident in enumerate(row[1:], start=1):
            if resident not in lists or (resident, hospital) in rank:
                text = (f"{resident} 不存在或列出了两次。", f"{resident} is unknown or listed twice.")
                raise _refused(path, number, *text)
            rank[resident, hospital] = place
    joint: list[tuple[int, int, tuple[tuple[int, int], ...]]] = []
    wish: dict[tuple[int, int], int] = {}
    for resident, (number, row) in lists.items():
        unknown = next((hospital for hospital in row if hospital not in seats), None)
        if unknown is not None:
            raise _refused(path, number, f"没有导师 {unknown}。", f"there is no hospital {unknown}.")
        if resident >= 2 * couples:
            if len(set(row)) < len(row):
                raise _refused(path, number, "同一导师列出了两次。", "a hospital is listed twice.")
            wish |= {(resident, hospital): place for place, hospital in enumerate(row, start=1)}
        else:
            wish |= {(resident, hospital): 0 for hospital in row}
    for first in range(0, 2 * couples, 2):
        number, mine = lists[first]
        theirs = lists[first + 1][1]
        if len(mine) != len(theirs):
            text = ("同伴两人的名单长度不同。", "the lists of a couple are of different lengths.")
            raise _refused(path, number, *text)
        choices = dict.fromkeys(zip(mine, theirs, strict=True))
        known = [c for c in choices if (first, c[0]) in rank and (first + 1, c[1]) in rank]
        joint.append((first, first + 1, tuple(known)))
    pairs = sorted(pair for pair in wish if pair in rank)
    ids = sorted(seats)
    place_of = {hospital: j for j, hospital in enumerate(ids)}
    market = Market.from_arrays(
        np.array([i for i, _ in pairs], np.int64),
        np.array([place_of[h] for _, h in pairs], np.int64),
        student_rank=np.array([wish[pair] for pair in pairs], np.int64),
        mentor_rank=np.array([rank[pair] for pair in pairs], np.int64),
        mentor_upper=np.array([seats[h] for h in ids], np.int64),
        num_students=len(lists),
        mentor_ids=tuple(ids),
    )
    return CouplesInstance(market, tuple(joint))


def _lines(path: Path) -> list[tuple[int, str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise FileError(
            Text(zh=f"不能读取文件:{path}", en=f"Cannot read the file {path}."),
            maybe=Text(zh="检查文件名和文件夹是否写对", en="check the spelling of the name and the folder"),
        ) from error
    return [(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]


def _numbers(path: Path, number: int, line: str) -> list[int]:
    words = line.split()
    odd = next((word for word in words if not word.isascii() or not word.isdigit() or len(word) > 12), None)
    if odd is not None:
        raise _refused(path, number, f"{odd[:12]!r} 不是数字。", f"{odd[:12]!r} is no number.")
    return [int(word) for word in words]


def _refused(path: Path, number: int, zh: str, en: str) -> MarketError:
    return MarketError(Text(zh=f"{path} 第 {number} 行:{zh}", en=f"{path}, line {number}: {en}"))
