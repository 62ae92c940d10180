"""A Cancel button: the solve runs in a thread, the button is pressed in another."""

import threading
import time
from datetime import date

import database
from from_database import school
from own_rule import DepartmentCareCap

import mentormatch as mm


def solve(cancel: threading.Event, outcome: list[mm.Result]) -> None:
    """Match the school until it is done, or until somebody cancels: the best so far is kept."""
    roster = school(database.connect())
    rules = [DepartmentCareCap(most=8)]
    outcome.append(mm.match(roster, on=date(2024, 11, 11), extra_constraints=rules, stop=cancel.is_set))


if __name__ == "__main__":
    pressed = threading.Event()
    outcome: list[mm.Result] = []
    worker = threading.Thread(target=solve, args=(pressed, outcome))
    worker.start()
    time.sleep(0.2)
    pressed.set()
    worker.join()
    print(outcome[0].stopped_by_limit, outcome[0].status)
