"""Rank-maximal: most first choices, then most second choices, and so on (Irving et al. 2006)."""

from mentormatch.base.text import Text
from mentormatch.mechanisms.choice_program import choice_program
from mentormatch.mechanisms.properties import claims
from mentormatch.objectives.rank_maximal import RankMaximal
from mentormatch.objectives.stage import Stage


def _stages() -> tuple[Stage, ...]:
    return (RankMaximal(),)


MECHANISM = choice_program(
    "rank_maximal",
    _stages,
    text=Text(zh="第一志愿最多,其次第二志愿最多,依此类推。", en="Most first choices, then most second choices, ..."),
    claims=claims(
        strategy_proof=(False, "Featherstone 2020"),
        stable=(False, "Irving, Kavitha, Mehlhorn, Michail and Paluch 2006"),
        efficient=(True, "Irving, Kavitha, Mehlhorn, Michail and Paluch 2006"),
        most_placed=(False, "Irving, Kavitha, Mehlhorn, Michail and Paluch 2006"),
        most_first_choices=(True, "Irving, Kavitha, Mehlhorn, Michail and Paluch 2006"),
    ),
)
