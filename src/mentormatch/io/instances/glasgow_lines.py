"""What the Glasgow text formats have in common: numbered lines, ties in parentheses, whom to refuse and how."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import numpy as np

from mentormatch.base.arrays import IntArray
from mentormatch.base.errors import FileError, MarketError
from mentormatch.base.text import Text
from mentormatch.io.files.file_kind import unreadable
from mentormatch.market.market import MAX_QUOTA, Market

_TOKEN = re.compile(r"[0-9]+|[()]")
_REST = re.compile(r"[0-9()\s]*")
_COLONS = re.compile(r"\(\s*[0-9]+(?:\s*:\s*[0-9]+)+\s*\)")
# Longer numbers are refused before they are turned into integers, which takes quadratic time.
MAX_DIGITS = 18

Lists = dict[int, dict[int, int]]
"""The rank of everybody whom somebody lists, by ids."""

_SIDES = {"resident": "学生", "hospital": "导师", "student": "学生", "project": "题目", "lecturer": "导师"}


@dataclass(frozen=True)
class Lines:
    """The lines that are not blank, with their numbers in the file."""

    path: Path
    rows: tuple[tuple[int, str], ...]

    def refuse(self, number: int, zh: str, en: str, *, maybe: Text | None = None) -> NoReturn:
        """Raise a `MarketError` that says the line."""
        raise MarketError(
            Text(zh=f"{self.path} 第 {number} 行:{zh}", en=f"{self.path}, line {number}: {en}"), maybe=maybe
        )


def read_lines(path: Path) -> Lines:
    """Read a file; `FileError` if it is missing, unreadable, no text, or empty."""
    lines = Lines(path, tuple(_numbered(_text(path))))
    if not lines.rows:
        raise FileError(Text(zh=f"文件是空的:{path}", en=f"The file is empty: {path}"))
    return lines


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


def count_line(lines: Lines, number: int, line: str, side: str) -> int:
    """Return the number that stands alone in a line."""
    word = line.strip()
    if not (word.isascii() and word.isdigit() and len(word) <= MAX_DIGITS):
        lines.refuse(
            number,
            f"这里应只有一个数({_SIDES[side]}数),现为 {shown(line)}。",
            f"the number of {side}s must stand here alone, got {shown(line)}.",
        )
    return int(word)


def tokens_of(lines: Lines, number: int, line: str) -> list[str]:
    """Split a line into numbers and parentheses; refuse anything else with its column. A tie may be written (2:4)."""
    line = _COLONS.sub(lambda tie: tie[0].replace(":", " "), line)
    good = _REST.match(line)
    end = good.end() if good is not None else 0
    if end < len(line):
        lines.refuse(
            number,
            f"第 {end + 1} 列的 {line[end]!r} 不是数字、括号或空格。",
            f"column {end + 1} holds {line[end]!r}; only numbers, parentheses and spaces may stand here.",
        )
    tokens = _TOKEN.findall(line)
    long = next((token for token in tokens if len(token) > MAX_DIGITS), None)
    if long is not None:
        lines.refuse(number, f"数字 {long[:12]}… 过长。", f"the number {long[:12]}... has too many digits.")
    return tokens


def lists_of(lines: Lines, rows: tuple[tuple[int, str], ...], side: str) -> Lists:
    """Return the lists of a side whose lines hold an id and a list."""
    lists: Lists = {}
    for number, line in rows:
        tokens = tokens_of(lines, number, line)
        _add(lines, number, lists, tokens[:1], tokens[1:], side)
    return lists


def lists_with_seats(lines: Lines, rows: tuple[tuple[int, str], ...], side: str) -> tuple[Lists, dict[int, int]]:
    """Return the lists and the capacities of a side whose lines hold an id, a capacity and a list."""
    lists: Lists = {}
    capacity: dict[int, int] = {}
    for number, line in rows:
        tokens = tokens_of(lines, number, line)
        if len(tokens) < 2 or not tokens[1].isdigit():
            lines.refuse(
                number,
                f"{_SIDES[side]}一行应为:编号、名额、学生名单。",
                f"a {side}'s line is its id, its capacity and its list; the capacity is missing.",
            )
        _add(lines, number, lists, tokens[:1], tokens[2:], side)
        capacity[int(tokens[0])] = seats_of(lines, number, tokens[1])
    return lists, capacity


def seats_of(lines: Lines, number: int, word: str) -> int:
    """Return a capacity; refuse one beyond what a market takes."""
    seats = int(word)
    if seats > MAX_QUOTA:
        lines.refuse(number, f"名额 {seats} 过大。", f"the capacity {seats} is above {MAX_QUOTA}.")
    return seats


def _add(lines: Lines, number: int, lists: Lists, head: list[str], tokens: list[str], side: str) -> None:
    """Add the list of one owner, whose id is the head of its line."""
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
            maybe=Text(zh="开头的计数与各部分的行数不符", en="the counts at the top do not agree with the lists below"),
        )
    lists[owner] = _tiers(lines, number, tokens)


def _tiers(lines: Lines, number: int, tokens: list[str]) -> dict[int, int]:
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


def check_listed(
    lines: Lines, rows: tuple[tuple[int, str], ...], lists: Lists, known: Mapping[int, object], side: str
) -> None:
    """Refuse a list that names somebody who has no line."""
    for (number, _), (owner, ranks) in zip(rows, lists.items(), strict=True):
        unknown = next((item for item in ranks if item not in known), None)
        if unknown is not None:
            lines.refuse(
                number,
                f"{owner} 的名单中有{_SIDES[side]} {unknown},但文件中没有这一行。",
                f"the list of {owner} names the {side} {unknown}, which has no line in this file.",
            )


def shown(line: str) -> str:
    """Return a line, or its beginning, as a message shows it."""
    word = line.strip()
    return repr(word if len(word) <= 40 else word[:40] + "...")


def check_expressible(market: Market) -> None:
    """Refuse a market that the formats cannot say."""
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


def integers(ids: Iterable[object]) -> Iterator[int]:
    """Yield ids as integers; refuse others."""
    for item in ids:
        if isinstance(item, bool) or not isinstance(item, (int, np.integer)) or not 0 <= item < 10**MAX_DIGITS:
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


def tier_line(head: tuple[int | str, ...], pairs: IntArray, rank: IntArray, other: IntArray, ids: list[int]) -> str:
    """Return the line of one owner: its head and its pairs in tiers, best first."""
    tiers: dict[int, list[int]] = {}
    order = np.lexsort((other[pairs], rank[pairs]))
    for pair in pairs[order].tolist():
        tiers.setdefault(int(rank[pair]), []).append(ids[other[pair]])
    words = [str(tier[0]) if len(tier) == 1 else f"({' '.join(map(str, tier))})" for tier in tiers.values()]
    return " ".join([*map(str, head), *words])
