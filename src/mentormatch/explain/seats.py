"""seats"""

from mentormatch.problem import Problem
from mentormatch.result import Shortage


def shortage(problem: Problem) -> Shortage | None:
    return None
