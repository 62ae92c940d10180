"""A Cancel button: the solve runs in a thread, the button is pressed in another."""

import threading
import time
from datetime import date

import database
from from_database import school
from own_rule import DepartmentCareCap

import mentormatch as mm


class Cancelled(Exception):
    """Somebody pressed the button."""


def solve(cancel: threading.Event, outcome: list[object]) -> None:
    """Match the school until it is done, or until somebody cancels."""

    def progress(stage: str, value: int, bound: int | None) -> None:
        if cancel.is_set():
            raise Cancelled

    try:
        rules = [DepartmentCareCap(most=8)]
        roster = school(database.connect())
        outcome.append(
            mm.match(roster, on=date(2024, 11, 11), extra_constraints=rules, on_progress=progress, time_limit=20)
        )
    except Cancelled as error:
        outcome.append(error)


if __name__ == "__main__":
    pressed, outcome = threading.Event(), []
    worker = threading.Thread(target=solve, args=(pressed, outcome))
    worker.start()
    time.sleep(0.2)
    pressed.set()
    worker.join()
    print(type(outcome[0]).__name__)
