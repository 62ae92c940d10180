"""A diagnosis and its command: what does not fit, every reason, priced ways out; and price lists from files."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from mentormatch.base.errors import FileError, RulesError
from mentormatch.cli import main
from mentormatch.constraints import Coverage, FixedPairs, ForbiddenPairs, Quotas
from mentormatch.explain.diagnosis import diagnose
from mentormatch.explain.prices import Hire, PriceList
from mentormatch.explain.prices_file import read_prices
from mentormatch.market.market import Market
from mentormatch.problem.problem import Problem
from samples import SAMPLES

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as leaving:
            main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return int(leaving.value.code or 0), out, err

    return call


def test_several_conflicts_and_their_repairs_are_told() -> None:
    market = Market.from_preferences({"s": ["a", "b"], "t": ["a", "b"]}, quotas=2)
    pairs = (("s", "a"),), (("t", "b"),)
    rules = [Quotas(), *(rule(pairs=each) for each in pairs for rule in (FixedPairs, ForbiddenPairs))]
    found = diagnose(Problem(market, rules), prices=PriceList(relax={"fixed_pairs": 5, "forbidden_pairs": 2}))
    assert found.fits is False
    assert found.shortage is None
    assert {conflict.positions for conflict in found.conflicts} == {(1, 2), (3, 4)}
    # Both conflicts have to go; the cheaper rule of each does.
    assert found.repairs[0].cost == 4
    lines = found.lines("en")
    assert lines[0].startswith("It does not fit")
    assert sum(line.startswith("These 2 rules cannot all hold") for line in lines) == 2
    assert json.loads(json.dumps(found.as_data()))["conflicts"][0]["is_minimal"] is True


def test_what_fits_needs_nothing() -> None:
    found = diagnose(Problem(Market.from_preferences({"s": ["a"]}), [Quotas(), Coverage()]))
    assert (found.fits, found.conflicts, found.repairs) == (True, (), ())
    assert found.lines("zh") == ["有满足全部规则的方案。"]


def test_without_time_nothing_is_claimed() -> None:
    market = Market.from_preferences({"s": ["a", "b"]}, quotas=2)
    rules = [Quotas(), FixedPairs(pairs=(("s", "a"),)), ForbiddenPairs(pairs=(("s", "a"),))]
    assert diagnose(Problem(market, rules), seconds=0.0).fits is None


def test_the_command_on_a_school_that_is_short_of_seats(run: Run, tmp_path: Path) -> None:
    school, prices = SAMPLES / "school_short_of_seats.xlsx", tmp_path / "prices.toml"
    code, out, _ = run("diagnose", school, "--date", "2024-11-11", "--json")
    assert code == 3
    data = json.loads(out)
    assert (data["shortage"]["needed"], data["shortage"]["available"]) == (816, 583)
    assert data["class_cuts"]
    assert data["repairs"][0]["cost"] == 233
    # Nobody who is taken on gets more seats than it was taken on with.
    new = {a["mentor"] for repair in data["repairs"] for a in repair["actions"] if a["kind"] == "hire"}
    assert new
    assert not [
        a for repair in data["repairs"] for a in repair["actions"] if a["kind"] == "seat" and a["mentor"] in new
    ]
    prices.write_text("seat = 7\n[[hire]]\nprice = 20\nseats = 10\n[[hire]]\nprice = 9\nseats = 3\n", "utf-8")
    code, out, _ = run("diagnose", school, "--date", "2024-11-11", "--prices", prices, "--most", 1, "--lang", "en")
    assert code == 3
    # 233 = 23 * 10 + 3, and three seats cost less with a small hire.
    assert "Take on 23 mentor(s) with 10 seats each; take on 1 mentor(s) with 3 seats each (cost 469)." in out


def test_a_price_list_is_read(tmp_path: Path) -> None:
    path = tmp_path / "prices.toml"
    path.write_text(
        "seat = 2\ncap = false\n[seat_of]\nT001 = 5\nT002 = false\n[relax]\ncoverage = 9\nvetoes = false\n"
        '[[hire]]\nprice = 4\nseats = 3\nclasses = ["7.1"]\nmost = 2\n',
        "utf-8",
    )
    assert read_prices(path) == PriceList(
        seat=2,
        cap=None,
        seat_of={"T001": 5, "T002": None},
        relax={"coverage": 9},
        hires=(Hire(price=4, seats=3, classes=("7.1",), most=2),),
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("seats = 1", "has no 'seats'"),
        ('seat = "x"', "seat must be a whole number"),
        ("seat = -1", "above 0"),
        ("relax = 3", "relax must be a table"),
        ("[hire]\nprice = 1", "hire must be"),
        ("[[hire]]\nprice = 1", "price and seats"),
        ("[[hire]]\nprice = 1\nseats = 2\nclasses = 7", "list of class names"),
        ("seat = ", "is not TOML"),
    ],
)
def test_a_bad_price_list_is_refused(text: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "prices.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(RulesError, match=says):
        read_prices(path)


def test_a_missing_price_list_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="Cannot read the price list"):
        read_prices(tmp_path / "none.toml")
