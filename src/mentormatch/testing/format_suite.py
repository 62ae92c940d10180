"""The checks that any file format of markets must pass: what is written comes back, and nonsense is refused by name."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from mentormatch.base.errors import MentorMatchError
from mentormatch.market.market import Market
from mentormatch.testing.checks import require, run_checks
from mentormatch.testing.same_market import differences
from mentormatch.testing.small_choices import small_choice_markets


def check_format(
    read: Callable[[Path], Market],
    write: Callable[[Market, Path], object],
    markets: Sequence[Market] | None = None,
    *,
    ending: str = ".txt",
    expected_failures: Mapping[str, str] | None = None,
) -> None:
    """Run the common suite on a format: a function that reads a file, and one that writes it.

    Parameters
    ----------
    read : callable
        ``read(path)`` returns a `Market`.
    write : callable
        ``write(market, path)``.
    markets : sequence of Market, optional
        Such that the format can hold. Default: small ones with strict lists and seats.
    ending : str
        Of the files.
    expected_failures : mapping of check name to reason, optional
        As in `check_constraint`.

    Raises
    ------
    AssertionError
        With every check that fails.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"market{ending}"
        subject = FormatUnderTest(read, write, small_choice_markets(6) if markets is None else markets, path)
        run_checks(FORMAT_CHECKS, subject, f"The format of {getattr(read, '__name__', read)}", expected_failures or {})


@dataclass(frozen=True, eq=False)
class FormatUnderTest:
    """A format under test."""

    read: Callable[[Path], Market]
    write: Callable[[Market, Path], object]
    markets: Sequence[Market]
    path: Path

    def written(self, market: Market) -> bytes:
        """Return what the file of a market holds."""
        self.path.unlink(missing_ok=True)
        self.write(market, self.path)
        return self.path.read_bytes()


def _comes_back(subject: FormatUnderTest) -> None:
    for market in subject.markets:
        subject.written(market)
        found = differences(market, subject.read(subject.path))
        require(not found, f"{market!r} comes back with another {', '.join(found)}")


def _writes_the_same_twice(subject: FormatUnderTest) -> None:
    for market in subject.markets:
        require(subject.written(market) == subject.written(market), f"{market!r} is written in two ways")


def _refuses_what_is_cut_off(subject: FormatUnderTest) -> None:
    whole = subject.written(subject.markets[0])
    for end in {0, 1, len(whole) // 3, len(whole) // 2, max(len(whole) - 2, 0)}:
        subject.path.write_bytes(whole[:end])
        _read_or_refused(subject, f"a file that is cut off after {end} bytes")


def _refuses_nonsense(subject: FormatUnderTest) -> None:
    for content in (b"\x00\xff\xfe", "没有这样的文件".encode("gb18030"), b"\n" * 3, b"1 2 3 x"):
        subject.path.write_bytes(content)
        _read_or_refused(subject, f"a file of {content!r}")
    subject.path.unlink()
    _read_or_refused(subject, "a file that is not there")


def _read_or_refused(subject: FormatUnderTest, what: str) -> None:
    try:
        market = subject.read(subject.path)
    except MentorMatchError:
        return
    except Exception as error:  # that is the finding
        raise AssertionError(f"{what} raises {type(error).__name__}: {error}") from error
    require(isinstance(market, Market), f"{what} is read as a {type(market).__name__}")


FORMAT_CHECKS: Mapping[str, Callable[[FormatUnderTest], None]] = {
    "round_trip": _comes_back,
    "deterministic": _writes_the_same_twice,
    "cut_off": _refuses_what_is_cut_off,
    "nonsense": _refuses_nonsense,
}
"""The checks of `check_format`, by name."""
