"""Min-cost: most students placed with a mentor that they listed, then the smallest sum of ranks."""

from mentormatch.base.text import Text
from mentormatch.mechanisms.choice_program import choice_program
from mentormatch.mechanisms.properties import claims
from mentormatch.objectives.placed_students import PlacedStudents
from mentormatch.objectives.rank_total import RankTotal
from mentormatch.objectives.stage import Stage


def _stages() -> tuple[Stage, ...]:
    return (PlacedStudents(), RankTotal())


MECHANISM = choice_program(
    "min_cost",
    _stages,
    text=Text(
        zh="按志愿安置最多学生,再使志愿序号之和最小。", en="Most students placed, then the smallest sum of ranks."
    ),
    claims=claims(
        strategy_proof=(False, "Featherstone 2020"),
        stable=(False, "Abraham, Cechlarova, Manlove and Mehlhorn 2004"),
        efficient=(True, "Featherstone 2020"),
        most_placed=(True, "Abraham, Cechlarova, Manlove and Mehlhorn 2004"),
        most_first_choices=(False, "Irving, Kavitha, Mehlhorn, Michail and Paluch 2006"),
    ),
)
