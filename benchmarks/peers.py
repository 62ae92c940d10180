"""The same questions to `algmatch` and `matching` (PyPI): on how many markets they answer as we do, what they cannot.

``python benchmarks/peers.py 100`` asks so many markets of each kind. How each is asked: ``tests/test_peers.py``.
"""

import contextlib
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from algmatch import HR, HRT
from matching.games import HospitalResident

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from mentormatch import concepts
from mentormatch.market.market import Market
from test_peers import algmatch_input, lists, market_of, of_algmatch, ours

Pairs = set[tuple[int, int]] | None


def table(number: int = 100) -> str:
    """Return a line for each question: on how many of the markets a peer's answer is ours, or why there is none."""
    lines = ["| question | markets | ours | `algmatch` | `matching` |", "|---|---|---|---|---|"]
    for question, tied, our, algmatch, matching in _QUESTIONS:
        markets = [market_of(seed, tied=tied, n=10, k=4) for seed in range(number)]
        answers = [our(market) for market in markets]
        cells = [_agreement(markets, answers, peer) for peer in (algmatch, matching)]
        lines.append(f"| {question} | {number} | {_told(answers)} | {cells[0]} | {cells[1]} |")
    return "\n".join(lines)


def _told(answers: list[Pairs]) -> str:
    found = [answer for answer in answers if answer is not None]
    none = len(answers) - len(found)
    return f"{sum(map(len, found)):,} placed" + (f", none exists in {none}" if none else "")


def _agreement(markets: list[Market], answers: list[Pairs], peer: Callable[[Market], Pairs] | None) -> str:
    if peer is None:
        return "no function"
    same, errors = 0, []
    for market, answer in zip(markets, answers, strict=True):
        try:
            with warnings.catch_warnings(), contextlib.redirect_stdout(None):
                warnings.simplefilter("ignore")
                theirs = peer(market)
        except Exception as error:  # noqa: BLE001 (what a peer raises is what the table tells)
            errors.append(type(error).__name__)
            continue
        # Of one size, or both none; the same pairs where the best for one side is asked.
        same += (theirs is None) == (answer is None) and (theirs is None or len(theirs) == len(answer or ()))
    return f"same size {same}" + (f", {errors[0]} {len(errors)}" if errors else "")


def _hr(side: str) -> Callable[[Market], Pairs]:
    return lambda market: of_algmatch(HR(dictionary=algmatch_input(market), optimised_side=side).get_stable_matching())


def _hrt(kind: str) -> Callable[[Market], Pairs]:
    return lambda market: of_algmatch(HRT(dictionary=algmatch_input(market), stability_type=kind).get_stable_matching())


def _game(side: str) -> Callable[[Market], Pairs]:
    def ask(market: Market) -> Pairs:
        seats = {j + 1: int(upper) for j, upper in enumerate(market.mentor_upper)}
        residents, hospitals = lists(market, of_mentors=False), lists(market, of_mentors=True)
        game = HospitalResident.create_from_dictionaries(residents, hospitals, seats)
        return {(s.name - 1, h.name - 1) for h, held in game.solve(optimal=side).items() for s in held}

    return ask


def _ours(concept: Callable[[Market], Any]) -> Callable[[Market], Pairs]:
    return lambda market: ours(concept(market))


_QUESTIONS: tuple[tuple[str, float, Callable[[Market], Pairs], Any, Any], ...] = (
    ("student-optimal stable, largest", 0.0, _ours(concepts.student_optimal), _hr("residents"), _game("resident")),
    ("mentor-optimal stable", 0.0, _ours(concepts.mentor_optimal), _hr("hospitals"), _game("hospital")),
    ("strongly stable, ties", 0.1, _ours(concepts.strongly_stable), _hrt("strong"), None),
    ("super-stable, ties", 0.1, _ours(concepts.super_stable), _hrt("super"), None),
    ("largest weakly stable, ties", 0.4, _ours(concepts.maximum_stable), _hrt("weak"), _game("resident")),
    ("fewest blocking pairs at most placed", 0.0, _ours(concepts.fewest_blocking_pairs), None, None),
    ("egalitarian stable", 0.0, _ours(concepts.egalitarian), None, None),
    ("popular, both sides vote", 0.0, _ours(concepts.popular_two_sided), None, None),
    ("rank-maximal", 0.0, _ours(concepts.rank_maximal), None, None),
)


if __name__ == "__main__":
    print(table(*(int(argument) for argument in sys.argv[1:2])))
