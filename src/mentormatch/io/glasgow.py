"""The Glasgow text format for hospitals / residents with ties (HRT): read into a `Market`, and written from one.

The format, as the public instance collections use it::

    0
    <number of residents>
    <number of hospitals>
    <resident> <hospital> (<hospital> <hospital>) ...        one line for each resident, best first
    <hospital> <capacity> <resident> (<resident> ...) ...    one line for each hospital, best first

Residents are our students, hospitals our mentors; parentheses hold a tie. Numbers are ids, not positions: they need
not be consecutive, and stay the ids of the market.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import NoReturn

import numpy as np

from mentormatch.arrays import IntArray
from mentormatch.errors import FileError, MarketError
from mentormatch.io.atomic import atomic_path
from mentormatch.io.file_kind import unreadable
from mentormatch.market import MAX_QUOTA, Market
from mentormatch.text import Text

_TOKEN = re.compile(r"[0-9]+|[()]")
_REST = re.compile(r"[0-9()\s]*")
# Longer numbers are refused before they are turned into integers, which takes quadratic time.
_MAX_DIGITS = 18


def read_glasgow(path: str | Path) -> Market:
    """Read an instance of HR, HRT, SMI or SMTI in the Glasgow text format.

    A pair is acceptable only if each side lists the other: a one-sided listing is dropped, and the ranks of what is
    left stay as the lists have them. Blank lines are skipped.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    Market
        Ids are the integers of the file; `student_quota` is one, `mentor_lower` zero.

    Raises
    ------
    FileError
        The file is missing or cannot be read, or is an instance of another problem: residents in couples, a matrix
        of scores.
    MarketError
        The text is not well formed; with the number of the line.

    Notes
    -----
    O(length of the file).
    """
    path = Path(path)
    lines = _Lines(path, tuple(_numbered(_text(path))))
    num_residents, num_hospitals = _header(lines)
    rows = lines.rows[3:]
    _check_number_of_lines(lines, num_residents, num_hospitals)
    residents = _residents(lines, rows[:num_residents])
    hospitals, capacity = _hospitals(lines, rows[num_residents:])
    _check_listed(lines, rows[:num_residents], residents, hospitals, "hospital")
    _check_listed(lines, rows[num_residents:], hospitals, residents, "resident")
    return _market(residents, hospitals, capacity)


def write_glasgow(market: Market, path: str | Path) -> None:
    """Write a market in the Glasgow text format, whole or not at all.

    The format knows the order of preferences only: ranks are written as tiers, so that ranks 2 and 5 come back as 1
    and 2, and attributes are left out.

    Parameters
    ----------
    market : Market
    path : str or Path

    Raises
    ------
    MarketError
        The format cannot say it: ids other than integers from 0, placement pairs, lower quotas, students that take
        other than one mentor.
    FileError
        The file cannot be written.
    """
    _check_expressible(market)
    students, mentors = [int(i) for i in _integers(market.student_ids)], [int(j) for j in _integers(market.mentor_ids)]
    lines = ["0", str(market.num_students), str(market.num_mentors)]
    for i in range(market.num_students):
        mine = market.pairs_of_student(i)
        lines.append(_line((students[i],), mine, market.student_rank, market.mentor, mentors))
    for j in range(market.num_mentors):
        mine = market.pairs_of_mentor(j)
        head = (mentors[j], int(market.mentor_upper[j]))
        lines.append(_line(head, mine, market.mentor_rank, market.student, students))
    with atomic_path(Path(path)) as temp:
        temp.write_text("\n".join([*lines, ""]), encoding="ascii", newline="\n")


# -- reading ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Lines:
    """The lines that are not blank, with their numbers in the file."""

    path: Path
    rows: tuple[tuple[int, str], ...]

    def refuse(self, number: int, zh: str, en: str, *, maybe: Text | None = None) -> NoReturn:
        """Raise a `MarketError` that says the line."""
        raise MarketError(
            Text(zh=f"{self.path} 第 {number} 行:{zh}", en=f"{self.path}, line {number}: {en}"), maybe=maybe
        )


def _text(path: Path) -> str:
    try:
        if path.is_dir():
            raise FileError(Text(zh=f"这是一个文件夹:{path}", en=f"This is a folder: {path}"))
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise FileError(
            Text(zh=f"找不到文件:{path}", en=f"There is no such file: {path}"),
            maybe=Text(zh="检查文件名和文件夹是否写对", en="check the spelling of the name and the folder"),
        ) from error
    except OSError as error:
        raise unreadable(path, error) from error
    except ValueError as error:  # bytes that are no text, or a NUL in the path
        raise FileError(
            Text(zh=f"这不是文本文件:{str(path)!r}", en=f"This is not a text file: {str(path)!r}"),
            maybe=Text(zh="给出 Glasgow 格式的 .instance 文件", en="give an .instance file in the Glasgow format"),
        ) from error


def _numbered(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            yield number, line


def _header(lines: _Lines) -> tuple[int, int]:
    """Return the numbers of residents and hospitals; refuse instances of other problems by what they are."""
    if not lines.rows:
        raise FileError(Text(zh=f"文件是空的:{lines.path}", en=f"The file is empty: {lines.path}"))
    _refuse_other_problems(lines)
    if len(lines.rows) < 3:
        lines.refuse(
            lines.rows[-1][0],
            "文件在开头三行(0、学生数、导师数)之前就结束了。",
            "the file ends before its three first lines: 0, the number of residents, the number of hospitals.",
        )
    return _number(lines, *lines.rows[1], "resident"), _number(lines, *lines.rows[2], "hospital")


def _refuse_other_problems(lines: _Lines) -> None:
    number, first = lines.rows[0]
    if "," in first:
        raise FileError(
            Text(
                zh=f"{lines.path} 是以逗号分隔的分数矩阵(SMTI-GRP),不是志愿表。",
                en=f"{lines.path} is a matrix of scores with commas (SMTI-GRP), not lists of preferences.",
            ),
            maybe=Text(
                zh="把分数换算成并列的名次,再用 Market.from_arrays 建立市场",
                en="turn the scores into ranks with ties and use Market.from_arrays",
            ),
        )
    words = [line.strip() for _, line in lines.rows[:9]]
    if len(words) == 9 and words[6].lower() in {"true", "false"}:
        raise FileError(
            Text(
                zh=f"{lines.path} 是有情侣的实例(HRC:居民成对申请),mentormatch 不支持成对的志愿。",
                en=f"{lines.path} is an instance with couples (HRC: residents that apply in pairs), which mentormatch "
                "does not take.",
            ),
            maybe=Text(zh="给出 HR 或 HRT 的实例:第一行是 0", en="give an instance of HR or HRT: its first line is 0"),
        )
    if first.strip() != "0":
        lines.refuse(
            number,
            f"第一行应为 0,现为 {_shown(first)}。",
            f"the first line of the Glasgow format is 0, got {_shown(first)}.",
            maybe=Text(
                zh="这不是 HR 或 HRT 的 Glasgow 实例", en="this is not an instance of HR or HRT in the Glasgow format"
            ),
        )


def _number(lines: _Lines, number: int, line: str, side: str) -> int:
    word = line.strip()
    if not (word.isascii() and word.isdigit() and len(word) <= _MAX_DIGITS):
        lines.refuse(
            number,
            f"这里应只有一个数({_SIDES[side]}数),现为 {_shown(line)}。",
            f"the number of {side}s must stand here alone, got {_shown(line)}.",
        )
    return int(word)


_SIDES = {"resident": "学生", "hospital": "导师"}


def _check_number_of_lines(lines: _Lines, num_residents: int, num_hospitals: int) -> None:
    has, needs = len(lines.rows) - 3, num_residents + num_hospitals
    if has == needs:
        return
    number = lines.rows[-1][0] if has < needs else lines.rows[3 + needs][0]
    lines.refuse(
        number,
        f"开头声明学生 {num_residents} 行、导师 {num_hospitals} 行,共 {needs} 行,实有 {has} 行。",
        f"the header announces {num_residents} residents and {num_hospitals} hospitals, {needs} lines; "
        f"there are {has}.",
        maybe=Text(
            zh="改正第 2、3 行的数,或补全缺少的行", en="mend the numbers in lines 2 and 3, or add what is missing"
        ),
    )


_Lists = dict[int, dict[int, int]]


def _residents(lines: _Lines, rows: tuple[tuple[int, str], ...]) -> _Lists:
    lists: _Lists = {}
    for number, line in rows:
        tokens = _tokens(lines, number, line)
        _add(lines, number, lists, tokens[:1], tokens[1:], "resident")
    return lists


def _hospitals(lines: _Lines, rows: tuple[tuple[int, str], ...]) -> tuple[_Lists, dict[int, int]]:
    lists: _Lists = {}
    capacity: dict[int, int] = {}
    for number, line in rows:
        tokens = _tokens(lines, number, line)
        if len(tokens) < 2 or not tokens[1].isdigit():
            lines.refuse(
                number,
                "导师一行应为:编号、名额、学生名单。",
                "a hospital's line is its id, its capacity and its list; the capacity is missing.",
            )
        _add(lines, number, lists, tokens[:1], tokens[2:], "hospital")
        seats = int(tokens[1])
        if seats > MAX_QUOTA:
            lines.refuse(number, f"名额 {seats} 过大。", f"the capacity {seats} is above {MAX_QUOTA}.")
        capacity[int(tokens[0])] = seats
    return lists, capacity


def _tokens(lines: _Lines, number: int, line: str) -> list[str]:
    """Split a line into numbers and parentheses; refuse anything else with its column."""
    good = _REST.match(line)
    end = good.end() if good is not None else 0
    if end < len(line):
        lines.refuse(
            number,
            f"第 {end + 1} 列的 {line[end]!r} 不是数字、括号或空格。",
            f"column {end + 1} holds {line[end]!r}; only numbers, parentheses and spaces may stand here.",
        )
    tokens = _TOKEN.findall(line)
    long = next((token for token in tokens if len(token) > _MAX_DIGITS), None)
    if long is not None:
        lines.refuse(number, f"数字 {long[:12]}… 过长。", f"the number {long[:12]}... has too many digits.")
    return tokens


def _add(lines: _Lines, number: int, lists: _Lists, head: list[str], tokens: list[str], side: str) -> None:
    if not head or not head[0].isdigit():
        lines.refuse(
            number, f"行首应为{_SIDES[side]}的编号。", f"the line must begin with the id of a {side}, got {head!r}."
        )
    owner = int(head[0])
    if owner in lists:
        lines.refuse(
            number,
            f"{_SIDES[side]} {owner} 出现了两次。",
            f"the {side} {owner} has a second line.",
            maybe=Text(zh="第 2、3 行的数与各部分的行数不符", en="lines 2 and 3 do not agree with the lists below"),
        )
    lists[owner] = _tiers(lines, number, tokens)


def _tiers(lines: _Lines, number: int, tokens: list[str]) -> dict[int, int]:
    """Return the rank of each id of a list: the number of its tier, from one."""
    ranks: dict[int, int] = {}
    rank, in_tie, size = 0, False, 0
    for token in tokens:
        if token == "(":  # noqa: S105  # no password
            if in_tie:
                lines.refuse(number, "括号里又有括号。", "a tie opens inside a tie.", maybe=_CLOSE_FIRST)
            rank, in_tie, size = rank + 1, True, 0
        elif token == ")":  # noqa: S105
            if not in_tie:
                lines.refuse(number, "右括号没有左括号。", "a tie is closed that was never opened.")
            if size == 0:
                lines.refuse(number, "括号里没有编号。", "a tie is empty.", maybe=_DROP_EMPTY)
            in_tie = False
        else:
            rank, size = rank + (not in_tie), size + 1
            if int(token) in ranks:
                lines.refuse(number, f"{token} 列出了两次。", f"{token} is listed twice.", maybe=_KEEP_FIRST)
            ranks[int(token)] = rank
    if in_tie:
        lines.refuse(number, "左括号没有右括号。", "a tie is never closed.", maybe=_CLOSE_FIRST)
    return ranks


_CLOSE_FIRST = Text(zh="补上右括号“)”", en="close the tie with ')'")
_DROP_EMPTY = Text(zh="去掉空括号", en="take the empty parentheses out")
_KEEP_FIRST = Text(zh="只保留第一次出现的", en="keep the first one only")


def _check_listed(
    lines: _Lines, rows: tuple[tuple[int, str], ...], lists: _Lists, known: Mapping[int, object], side: str
) -> None:
    for (number, _), (owner, ranks) in zip(rows, lists.items(), strict=True):
        unknown = next((item for item in ranks if item not in known), None)
        if unknown is not None:
            lines.refuse(
                number,
                f"{owner} 的名单中有{_SIDES[side]} {unknown},但文件中没有这一行。",
                f"the list of {owner} names the {side} {unknown}, which has no line in this file.",
            )


def _market(residents: _Lists, hospitals: _Lists, capacity: dict[int, int]) -> Market:
    student_ids, mentor_ids = sorted(residents), sorted(hospitals)
    index = {mentor_id: j for j, mentor_id in enumerate(mentor_ids)}
    table = np.array(
        [
            (i, index[mentor_id], rank, hospitals[mentor_id][student_id])
            for i, student_id in enumerate(student_ids)
            for mentor_id, rank in sorted(residents[student_id].items(), key=itemgetter(0))
            if student_id in hospitals[mentor_id]
        ],
        np.int64,
    ).reshape(-1, 4)
    return Market.from_arrays(
        table[:, 0],
        table[:, 1],
        student_rank=table[:, 2],
        mentor_rank=table[:, 3],
        mentor_upper=np.array([capacity[mentor_id] for mentor_id in mentor_ids], np.int64),
        student_ids=tuple(student_ids),
        mentor_ids=tuple(mentor_ids),
    )


def _shown(line: str) -> str:
    word = line.strip()
    return repr(word if len(word) <= 40 else word[:40] + "...")


# -- writing ---------------------------------------------------------------------------------------------------


def _check_expressible(market: Market) -> None:
    problem = next(
        (
            what
            for is_there, what in (
                (not market.is_choice.all(), Text(zh="学生没有列出的配对", en="pairs that the student did not list")),
                (bool(market.mentor_lower.any()), Text(zh="导师的名额下限", en="lower quotas")),
                (
                    bool((market.student_quota != 1).any()),
                    Text(zh="导师数不为一的学生", en="students that take other than one mentor"),
                ),
            )
            if is_there
        ),
        None,
    )
    if problem is not None:
        raise MarketError(
            Text(zh=f"Glasgow 格式不能表示{problem.zh}。", en=f"The Glasgow format cannot say {problem.en}."),
            maybe=Text(zh="先用 market.replace 去掉", en="take them out with market.replace first"),
        )


def _integers(ids: object) -> Iterator[int]:
    for item in ids:  # type: ignore[attr-defined]
        if isinstance(item, bool) or not isinstance(item, (int, np.integer)) or not 0 <= item < 10**_MAX_DIGITS:
            raise MarketError(
                Text(
                    zh=f"Glasgow 格式的编号须为从 0 起的整数,现有 {item!r}。",
                    en=f"Ids of the Glasgow format are integers from 0, got {item!r}.",
                ),
                maybe=Text(
                    zh="用 market.replace(student_ids=range(n), mentor_ids=range(k)) 改用序号",
                    en="number them: market.replace(student_ids=range(n), mentor_ids=range(k))",
                ),
            )
        yield int(item)


def _line(head: tuple[int, ...], pairs: IntArray, rank: IntArray, other: IntArray, ids: list[int]) -> str:
    tiers: dict[int, list[int]] = {}
    order = np.lexsort((other[pairs], rank[pairs]))
    for pair in pairs[order].tolist():
        tiers.setdefault(int(rank[pair]), []).append(ids[other[pair]])
    words = [str(tier[0]) if len(tier) == 1 else f"({' '.join(map(str, tier))})" for tier in tiers.values()]
    return " ".join([*map(str, head), *words])
