"""What a change for one student costs the others: how many are served better or worse, and by how much."""

from dataclasses import dataclass

import numpy as np

from mentormatch.base.arrays import IntArray
from mentormatch.base.text import Text
from mentormatch.market.market import Id
from mentormatch.problem.result import Result

_UNLISTED, _NOTHING = 2**30, 2**31


@dataclass(frozen=True, slots=True)
class Cost:
    """Numbers of other students.

    Parameters
    ----------
    better, worse : int
        Who likes what they have then better, or less, than now.
    ranks_won, ranks_lost : int
        Places on their lists, added up, of those who have a listed mentor now and then.
    lost_choice : int
        Who has a listed mentor now and none then.
    unplaced : int
        Without a mentor then, less those of now.
    """

    better: int = 0
    worse: int = 0
    ranks_won: int = 0
    ranks_lost: int = 0
    lost_choice: int = 0
    unplaced: int = 0

    @property
    def text(self) -> Text:
        """The same in words."""
        if not (self.better or self.worse or self.unplaced):
            return Text(zh="对其他学生没有影响", en="nobody else would be served better or worse")
        zh = f"{self.better} 名其他学生比现在更如愿,{self.worse} 名不如现在"
        en = f"of the others {self.better} would be served better and {self.worse} worse"
        parts_zh = [f"志愿名次共下降 {self.ranks_lost} 位"] * bool(self.ranks_lost)
        parts_zh += [f"{self.lost_choice} 名不再得到所填的导师"] * bool(self.lost_choice)
        parts_en = [f"{self.ranks_lost} place(s) down their lists in all"] * bool(self.ranks_lost)
        parts_en += [f"{self.lost_choice} with no listed mentor any more"] * bool(self.lost_choice)
        if parts_zh:
            zh, en = f"{zh}({'、'.join(parts_zh)})", f"{en} ({', '.join(parts_en)})"
        if self.unplaced:
            zh += f",未安置者{'增加' if self.unplaced > 0 else '减少'} {abs(self.unplaced)} 名"
            en += f"; {abs(self.unplaced)} {'more' if self.unplaced > 0 else 'fewer'} would be unplaced"
        return Text(zh=zh, en=en)


def cost_to_others(before: Result, after: Result, student_id: Id) -> Cost:
    """Compare two results of the same students by the lists of now.

    Parameters
    ----------
    before, after : Result
        With a matching each; their markets have the same students, and the listed pairs of `before`.
    student_id : id
        Whom the change is for.
    """
    if before.matching is None or after.matching is None:
        return Cost()
    market = before.problem.market
    now, then = _liking(before, before), _liking(before, after)
    others = np.arange(market.num_students) != market.student_index(student_id)
    better, worse = others & (then < now), others & (then > now)
    listed = (now < _UNLISTED) & (then < _UNLISTED)
    unplaced = (after.matching.degree == 0)[others].sum() - (before.matching.degree == 0)[others].sum()
    return Cost(
        better=int(better.sum()),
        worse=int(worse.sum()),
        ranks_won=int((now - then)[better & listed].sum()),
        ranks_lost=int((then - now)[worse & listed].sum()),
        lost_choice=int((worse & (now < _UNLISTED) & (then >= _UNLISTED)).sum()),
        unplaced=int(unplaced),
    )


def _liking(lists: Result, result: Result) -> IntArray:
    """Return how well each student is served by the lists of one result: the worst rank among what it has."""
    market, matching = lists.problem.market, result.matching
    liking = np.full(market.num_students, _NOTHING, np.int64)
    if matching is None:
        return liking
    held = np.zeros(market.num_students, np.int64)
    # The pairs of a market keep their order under every change here, so a position means the same in both.
    rank = np.where(market.student_rank > 0, market.student_rank, _UNLISTED)[matching.pairs]
    np.maximum.at(held, market.student[matching.pairs], rank)
    placed = matching.degree > 0
    liking[placed] = held[placed]
    return liking
