"""Standing: what a result looks like from a mentor's seat: which rows are full, who came last, who stands where."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from mentormatch.base.arrays import IntArray
from mentormatch.base.errors import NoMatchingError
from mentormatch.base.text import Text
from mentormatch.constraints.constraint import Constraint
from mentormatch.constraints.unsuited_pairs import ON_RECORD
from mentormatch.formulation.rows import Rows
from mentormatch.market.lottery import lottery
from mentormatch.market.market import Id, Market
from mentormatch.market.matching import Matching
from mentormatch.problem.form import Form, compile_form
from mentormatch.problem.result import Result
from mentormatch.verify.blocking_pairs import Ledger

# Mechanisms that break ties by the one lottery of the students; the others draw elsewhere, or weigh instead.
_BY_COMMON_DRAW = ("two_round", "deferred_acceptance")
_WORD = re.compile(r"[^\s,.;:!?()\[\]{}'\"、。,;:!?()“”【】]+")


@dataclass(frozen=True, slots=True)
class CutOff:
    """The last student that was admitted to some seats, by its standing and never by its id.

    Parameters
    ----------
    pair : int
        Position of its pair.
    rank : int
        The mentor's rank of it.
    lottery : int
        Its place in the draw, counted from 1.
    """

    pair: int
    rank: int
    lottery: int


@dataclass(frozen=True, eq=False)
class FullRow:
    """A row that takes no further pair.

    Parameters
    ----------
    rows : Rows
    number : int
    pairs : int64 array
        All open pairs in it.
    held : int64 array
        The matched ones.
    """

    rows: Rows
    number: int
    pairs: IntArray
    held: IntArray


class Standing:
    """A result with what explanations look up many times.

    Parameters
    ----------
    result : Result
        With a matching.

    Raises
    ------
    NoMatchingError
        When it has none.
    """

    def __init__(self, result: Result) -> None:
        if result.matching is None:
            raise NoMatchingError(
                Text(
                    zh="没有匹配结果,无从说明某人的安排;原因见结果摘要。",
                    en="There is no matching to explain; its summary says why.",
                )
            )
        self.result = result
        self.market: Market = result.problem.market
        self.matching: Matching = result.matching
        self.form: Form = compile_form(result.problem)
        self.draw = lottery(self.market.student_ids, result.seed, salt="student") + 1
        self.rules = [rule for rule in result.problem.constraints if not rule.original.stability]
        self._said: dict[Constraint, Text] = {}
        self._entries = [_by_pair(rows) for rows in self.form.rows]
        self._activity = [rows.activity(self.matching.chosen) for rows in self.form.rows]

    @property
    def has_common_draw(self) -> bool:
        """Whether equals were told apart by the one lottery of all students, so that a place in it is a reason."""
        return self.result.mechanism in _BY_COMMON_DRAW

    @cached_property
    def ledger(self) -> Ledger:
        """The matching as a ledger that swaps can be tried in."""
        return Ledger.of(self.matching)

    @cached_property
    def _all_ids(self) -> frozenset[str]:
        # Bare numbers are positions of a researcher's market, and any number of a text would look like one.
        return frozenset(student_id for student_id in self.market.student_ids if isinstance(student_id, str))

    def names_somebody_else(self, text: Text, student: Id | None) -> bool:
        """Whether a text holds the id of a student other than this one."""
        words = {word for part in (text.zh, text.en) for word in _WORD.findall(part)}
        # Chinese is written without spaces, so digits are looked for within what stands together, too.
        words |= {run for word in words for run in re.findall(r"[A-Za-z0-9_-]+", word)}
        if (words & self._all_ids) - {str(student)}:
            return True
        own, told = str(student), f"{text.zh} {text.en}"
        # An id that stands within the own one is looked for beside it.
        return any(
            other in (told.replace(own, " ") if other in own else told) for other in self._odd_ids if other != own
        )

    @cached_property
    def _odd_ids(self) -> tuple[str, ...]:
        """Ids that are no words, such as names or ids with blanks: they are looked for as they stand."""
        return tuple(each for each in self._all_ids if not re.fullmatch(r"[A-Za-z0-9_-]+", each))

    def rows_of(self, pair: int) -> Iterator[tuple[int, Rows, int]]:
        """Yield the hard rows that a pair stands in: position of the block, block, row."""
        for position, (rows, (order, pairs)) in enumerate(zip(self.form.rows, self._entries, strict=True)):
            low, high = np.searchsorted(pairs, [pair, pair + 1])
            for entry in order[low:high].tolist():
                yield position, rows, int(np.searchsorted(rows.start, entry, side="right")) - 1

    def activity(self, position: int, number: int) -> int:
        """Return the activity of a row."""
        return int(self._activity[position][number])

    def open_pairs_of(self, rows: Rows, number: int) -> IntArray:
        """Return the open pairs of a row."""
        pairs = rows.pairs[rows.start[number] : rows.start[number + 1]]
        return pairs[self.form.open[pairs]].astype(np.int64)

    def full_rows(self, pair: int, leaving: IntArray) -> list[FullRow]:
        """Return the rows of one mentor that have no room for a pair, also when others have been left, smallest first.

        Parameters
        ----------
        pair : int
        leaving : integer array
            Matched pairs that the student would leave.
        """
        found = []
        for position, rows, number in self.rows_of(pair):
            if rows.mentors is None:
                continue
            pairs = self.open_pairs_of(rows, number)
            freed = int(np.isin(leaving, pairs).sum())
            if self.activity(position, number) - freed + 1 > int(rows.upper[number]):
                found.append(FullRow(rows, number, pairs, pairs[self.matching.chosen[pairs]]))
        return sorted(found, key=lambda row: len(row.pairs))

    @cached_property
    def _full_of_mentor(self) -> dict[int, list[FullRow]]:
        found: dict[int, list[FullRow]] = {}
        for rows, activity in zip(self.form.rows, self._activity, strict=True):
            size = rows.activity(self.form.open)
            if rows.mentors is None:
                continue
            for number in np.flatnonzero((activity >= rows.upper) & (rows.upper < size)).tolist():
                pairs = self.open_pairs_of(rows, number)
                row = FullRow(rows, number, pairs, pairs[self.matching.chosen[pairs]])
                found.setdefault(int(rows.mentors[number]), []).append(row)
        return found

    def full_rows_of_mentor(self, index: int) -> list[FullRow]:
        """Return the rows of one mentor that are full and leave somebody outside, largest first."""
        return sorted(self._full_of_mentor.get(index, []), key=lambda row: -len(row.pairs))

    def pinned_by(self, pair: int, instead: int) -> Text | None:
        """Return the label of a row that only this student's pairs can keep and that a swap would break."""
        for rows, number in self._rows_that_pin(pair, instead):
            return self.told(rows, number, self.market.student_of(pair))
        return None

    def rules_that_pin(self, pair: int, instead: int) -> frozenset[int]:
        """Return the positions of all rules with such rows in the problem's constraints."""
        return frozenset(n for rows, number in self._rows_that_pin(pair, instead) for n in self.rules_with(rows))

    def rules_with(self, rows: Rows) -> frozenset[int]:
        """Return the positions of the rules that wrote a block of rows and can be given up in part."""
        problem = self.result.problem
        return frozenset(n for n, rule in self._divisible() if any(part is rows for part in problem.parts_of(rule)))

    def rules_that_close(self, pair: int) -> frozenset[int]:
        """Return the positions of the rules that remove a pair and can be given up in part."""
        problem = self.result.problem
        return frozenset(
            n for n, rule in self._divisible() if any((mask.pairs == pair).any() for mask in problem.masks_of(rule))
        )

    def _divisible(self) -> Iterator[tuple[int, Constraint]]:
        # A rule that compares the matching with others means all its rows together: without some they mean nothing.
        for n, rule in enumerate(self.result.problem.constraints):
            if not rule.original.stability:
                yield n, rule

    def _rows_that_pin(self, pair: int, instead: int) -> Iterator[tuple[Rows, int]]:
        for position, rows, number in self.rows_of(pair):
            lower = int(rows.lower[number])
            if rows.students is None or lower <= 0 or self.activity(position, number) > lower:
                continue
            # A closed pair may stand in the row, too: whoever asks what would be if it were open asks of it.
            if instead not in _row(rows, number):
                yield rows, number

    def told(self, rows: Rows, number: int, student: Id | None) -> Text:
        """Return a row in words for a student: neither who stands in it by care or family, nor any other pupil."""
        label = rows.label(number)
        if rows.confidential or self.names_somebody_else(label, student):
            return Text(zh="学校的一项规则。", en="A rule of the school.")
        return label

    def said(self, rule: Constraint) -> Text:
        """Return a rule in words for any student."""
        if rule not in self._said:
            words = rule.describe()
            hides = any(
                isinstance(part, Rows) and part.confidential for part in self.result.problem.parts_of(rule)
            ) or any(mask.reason == ON_RECORD for mask in self.result.problem.masks_of(rule))
            hides = hides or self.names_somebody_else(words, None)
            self._said[rule] = Text(zh="学校的一项规则。", en="A rule of the school.") if hides else words
        return self._said[rule]

    def cut_off(self, held: IntArray) -> CutOff | None:
        """Return the last of some matched pairs by rank and draw; pairs that rules force do not compete."""
        free = held[~self.form.forced[held]]
        if not len(free):
            return None
        rank, draw = self.market.mentor_rank[free], self.draw[self.market.student[free]]
        last = int(np.lexsort((draw, rank))[-1])
        return CutOff(int(free[last]), int(rank[last]), int(draw[last]))


def _row(rows: Rows, number: int) -> IntArray:
    return rows.pairs[rows.start[number] : rows.start[number + 1]]


def _by_pair(rows: Rows) -> tuple[IntArray, IntArray]:
    order = np.argsort(rows.pairs, kind="stable")
    return order, rows.pairs[order]


@lru_cache(maxsize=2)
def standing(result: Result) -> Standing:
    """Return the standing of a result; the last two are kept, since one explanation rarely comes alone."""
    return Standing(result)
