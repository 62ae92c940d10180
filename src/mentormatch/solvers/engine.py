"""The contract of an engine: says whether it can take a form exactly, and solves it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from mentormatch.base.arguments import checked_callback, checked_limit, checked_seed
from mentormatch.base.arrays import IntArray
from mentormatch.base.doors import Kind
from mentormatch.base.short_repr import short_repr
from mentormatch.base.text import Text
from mentormatch.formulation.kinds import Kinds
from mentormatch.problem.form import Form
from mentormatch.problem.result import PriceCertificate, Reason, StageValue, Status
from mentormatch.problem.taken import not_taken

# What every engine underneath takes as it is.
MAX_SEED = 2**31 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a caller may ask of an engine.

    Parameters
    ----------
    seed : int
        For lotteries and for searches; the same seed gives the same answer.
    time_limit : float or None
        Wall-clock seconds for the whole solve; None means no limit. A limit that strikes makes the answer
        depend on the machine's speed, and the outcome says so.
    work : float or None
        Deterministic seconds of search; None means no limit. Unlike the clock it stops at the same point on every
        machine.
    hint : int64 array or None
        Positions of pairs of a matching to start from; need not be feasible.
    on_progress : callable, optional
        Called with (stage name, best value, bound) now and then, possibly from another thread.

    Raises
    ------
    InputError
        For a seed that is no whole number from 0 on, a limit that is no number from 0 on, or a callback that is none.
    """

    __repr__ = short_repr

    seed: int = 0
    time_limit: float | None = None
    work: float | None = None
    hint: IntArray | None = None
    on_progress: Callable[[str, int, int | None], None] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "seed", checked_seed(self.seed, MAX_SEED))
        object.__setattr__(self, "time_limit", checked_limit(self.time_limit))
        checked_callback(self.on_progress, "on_progress")

    def tell(self, stage: StageValue) -> None:
        """Tell who listens how far a stage has come."""
        if self.on_progress is not None:
            self.on_progress(stage.name, stage.value, stage.bound)


@dataclass(frozen=True, eq=False, kw_only=True)
class Outcome:
    """What an engine returns.

    Parameters
    ----------
    status : Status
    pairs : int64 array or None
        Positions of the matched pairs, ascending; None without a matching.
    stages : tuple of StageValue
        One for each stage of the form, in its order, in the user's sign (a maximised stage is negated back).
    certificate : PriceCertificate or None
    stopped_by_limit : bool
    unconfirmed : tuple of str
        Stages whose optimum one search alone calls proven: a second one had not enough time to say the same.
    work : float
        Deterministic seconds that a search took; 0 where nothing was searched.
    statistics : dict
        What the engine wants to tell (sizes, rounds, seconds by stage); never needed to read the answer.
    """

    __repr__ = short_repr

    status: Status
    pairs: IntArray | None = None
    stages: tuple[StageValue, ...] = ()
    certificate: PriceCertificate | None = None
    stopped_by_limit: bool = False
    unconfirmed: tuple[str, ...] = ()
    work: float = 0.0
    statistics: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine: what it takes, and two plain functions.

    Parameters
    ----------
    name : str
    takes : frozenset of class
        The kinds of parts and terms that the engine knows. A form with any other kind is refused, whatever it is.
    misfits : callable
        ``misfits(form)`` returns the reasons why the engine cannot take a form of these kinds exactly; empty means that
        it can.
    solve : callable
        ``solve(form, options)``; the caller has asked `supports` first.
    words : Text, optional
        What a school reads, in three words at most; None shows the name.
    """

    name: str
    takes: Kinds
    misfits: Callable[[Form], tuple[Reason, ...]]
    solve: Callable[[Form, Options], Outcome]
    words: Text | None = None

    def supports(self, form: Form) -> tuple[Reason, ...]:
        """Return the reasons why the engine cannot take a form exactly; empty means that it can.

        The kinds come first; a form of kinds that the engine does not know is not looked at any further.
        """
        return not_taken(self.takes, form.parts, form.stages) or self.misfits(form)


ENGINE = Kind(
    lambda given: given is None or isinstance(given, str | Engine),
    Text(zh="引擎的名称或 Engine 对象", en="an engine, or the name of one"),
)
