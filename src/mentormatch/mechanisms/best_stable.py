"""The best stable matching: among all that respect the priorities, one that serves the students best.

Published priorities are a few tiers, so very many matchings respect them. Deferred acceptance takes one by lottery, and
what the lottery decides costs first choices for nothing (Erdil and Ergin 2008; Abdulkadiroglu, Pathak and Roth 2009).
Here an exact search takes one with the most first choices, or the most students placed. Truth is safe no more: nothing
that is stable and better than deferred acceptance for the students is strategy-proof (Abdulkadiroglu, Pathak and Roth
2009).

The search sees the same ballots as the lottery: a student's list is the form and then the mentor the student has, a
mentor's order is that of the market with its ties, and all caps that hold in the round of the lottery hold here.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from mentormatch.base.arrays import IntArray, group_starts
from mentormatch.base.errors import UnsupportedError
from mentormatch.base.text import Text
from mentormatch.explain.changes import changes_since_last_term
from mentormatch.explain.pair_reasons import pair_reasons
from mentormatch.formulation.capped_stability import MentorCaps, StableWithinCaps
from mentormatch.formulation.kinds import RowPart
from mentormatch.formulation.rows import Rows, Stable, grouped_rows
from mentormatch.market.lottery import lottery
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching
from mentormatch.mechanisms.ballots import Ballots, read_ballots
from mentormatch.mechanisms.broken_rules import refuse_broken_rules
from mentormatch.mechanisms.choice_round import stable_choice
from mentormatch.mechanisms.improvement_cycles import stable_improvement_cycles
from mentormatch.mechanisms.mechanism import Mechanism
from mentormatch.mechanisms.properties import claims
from mentormatch.mechanisms.solving import checked_result
from mentormatch.objectives.first_choices import FirstChoices
from mentormatch.objectives.placed_students import PlacedStudents
from mentormatch.objectives.rank_total import RankTotal
from mentormatch.objectives.stage import Stage
from mentormatch.problem.form import Form, compile_form
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import Result, StageValue, Status
from mentormatch.solvers.choose import Choice, choose
from mentormatch.solvers.engine import Options, Outcome

MOST_FIRST: tuple[Stage, ...] = (FirstChoices(), PlacedStudents(), RankTotal())
"""Most first choices, then most students placed, then the smallest sum of ranks."""

MOST_PLACED: tuple[Stage, ...] = (PlacedStudents(), FirstChoices(), RankTotal())
"""Most students placed, then most first choices, then the smallest sum of ranks."""

# Without a limit of the caller the search ends here, in deterministic seconds: the same answer on every machine.
_WORK = 60.0
_LOTTERIES = 8


@dataclass(frozen=True, eq=False)
class BestRound:
    """The best stable matching of some ballots.

    Parameters
    ----------
    pairs : int64 array
        Positions of the matched pairs in the market of the ballots, ascending.
    outcome : Outcome
        Of the search: values and bounds of the stages.
    choice : Choice
        The engine.
    """

    pairs: IntArray
    outcome: Outcome
    choice: Choice

    def told(self) -> Text:
        """Say how good the matching is in the first stage, and whether that is proven."""
        first = self.outcome.stages[0]
        if first.proven:
            return Text(
                zh=f"最优稳定匹配({first.name}={first.value},已证明)",
                en=f"the best stable matching ({first.name} {first.value}, proven)",
            )
        most = Text("", "") if first.bound is None else Text(f",上界 {first.bound}", f" of at most {first.bound}")
        return Text(
            zh=f"找到的最优稳定匹配({first.name}={first.value}{most.zh},未证明)",
            en=f"the best stable matching found ({first.name} {first.value}{most.en}, not proven)",
        )


def best_stable(ballots: Ballots, stages: Sequence[Stage], options: Options) -> BestRound:
    """Return a stable matching of ballots that is best in some stages.

    Parameters
    ----------
    ballots : Ballots
    stages : sequence of Stage
        Lexicographic; of pair costs.
    options : Options
        ``seed`` draws the order in which the search sees the students, so that no id is favoured among equally good
        matchings, and the lotteries that it starts from.

    Raises
    ------
    UnsupportedError
        When some student takes several mentors.
    """
    if (ballots.market.student_quota > 1).any():
        raise UnsupportedError(
            Text(
                zh="该机制要求每名学生至多一位导师。",
                en="The best stable matching needs students that take one mentor at most.",
            ),
            maybe=Text(zh="改用机制 deferred_acceptance。", en="use the mechanism deferred_acceptance."),
        )
    market, position = _choices(ballots)
    form = Form(
        market=market,
        parts=_parts(market, _caps(ballots, position)),
        stages=tuple(level for stage in stages for level in stage.forms(market)),
    )
    choice = choose(form)
    at = np.full(ballots.market.num_pairs, -1, np.int64)
    at[position] = np.arange(len(position))
    hint = at[_start(ballots, form, at)]
    work = _WORK if options.work is None and options.time_limit is None else options.work
    outcome = choice.engine.solve(form, replace(options, hint=np.sort(hint), work=work))
    if outcome.pairs is None:
        outcome = _unsearched(form, hint, outcome)
    return BestRound(np.sort(position[hint if outcome.pairs is None else outcome.pairs]), outcome, choice)


def _unsearched(form: Form, pairs: IntArray, outcome: Outcome) -> Outcome:
    """Return the matching that the search began with, where it ended before it found one; nothing is proven of it."""
    chosen = np.zeros(form.market.num_pairs, bool)
    chosen[pairs] = True
    stages = tuple(StageValue.of(level, level.cost(chosen), None, proven=False) for level in form.stages)
    return replace(outcome, status=Status.FEASIBLE, pairs=np.sort(pairs), stages=stages)


def _choices(ballots: Ballots) -> tuple[Market, IntArray]:
    """Return the usable pairs as a market of choices, and the position of each in the market of the ballots.

    Students stand in the order of the lottery. The mentor that a student has now is the last of the student's list;
    fixed pairs come before all others at their mentor.
    """
    market = ballots.market
    draw = lottery(market.student_ids, ballots.seed, salt="student")
    pairs = np.flatnonzero(ballots.usable)
    pairs = pairs[np.lexsort((market.mentor[pairs], draw[market.student[pairs]]))]
    rank = np.where(market.is_choice, market.student_rank, market.placement_rank)
    drawn = Market.from_arrays(
        draw[market.student[pairs]],
        market.mentor[pairs],
        student_rank=rank[pairs],
        mentor_rank=np.where(ballots.fixed, 1, np.minimum(market.mentor_rank.astype(np.int64), 10**6 - 1) + 1)[pairs],
        mentor_upper=market.mentor_upper,
        student_quota=market.student_quota[np.argsort(draw)],
        num_students=market.num_students,
        num_mentors=market.num_mentors,
    )
    return drawn, pairs


def _caps(ballots: Ballots, position: IntArray) -> MentorCaps:
    """Return the caps of the ballots over the market of choices; a mentor without any has the market's seats."""
    market = ballots.market
    mentor = market.mentor[position].astype(np.int64)
    owner, entries, owners, upper = [mentor], [np.arange(len(position))], [np.arange(market.num_mentors)], []
    upper.append(market.mentor_upper)
    first = market.num_mentors
    for cap in ballots.caps:
        inside = np.flatnonzero(cap.member[position])
        who, row = np.unique(mentor[inside], return_inverse=True)
        owner.append(row.reshape(-1) + first)
        entries.append(inside)
        owners.append(who)
        upper.append(cap.upper[who])
        first += len(who)
    rows, pairs = np.concatenate(owner), np.concatenate(entries)
    order = np.lexsort((pairs, rows))
    caps = MentorCaps(
        start=group_starts(rows[order], first),
        pairs=pairs[order],
        mentor=np.concatenate(owners),
        upper=np.concatenate(upper),
    )
    return caps.binding(np.ones(len(position), bool))


def _parts(market: Market, caps: MentorCaps) -> tuple[RowPart, ...]:
    """Return what a stable matching keeps: one mentor for each student, the caps, and no blocking pair."""
    no_label = Text(zh="名额", en="a quota")
    of_students = grouped_rows(
        "quotas",
        np.arange(market.num_pairs),
        market.student,
        lower=np.zeros(market.num_students, np.int64),
        upper=market.student_quota,
        students=np.arange(market.num_students),
        label=lambda _: no_label,
    )
    of_mentors = Rows(
        rule="quotas",
        start=caps.start,
        pairs=caps.pairs,
        lower=np.zeros(len(caps), np.int64),
        upper=caps.upper,
        mentors=caps.mentor,
        label=lambda _: no_label,
    )
    every = np.arange(market.num_pairs)
    whole = np.bincount(market.mentor, minlength=market.num_mentors)[caps.mentor]
    seats_alone = (np.diff(caps.start) == whole).all() and (caps.upper == market.mentor_upper[caps.mentor]).all()
    return of_students, of_mentors, Stable(every) if seats_alone else StableWithinCaps(every, caps)


def _start(ballots: Ballots, form: Form, at: IntArray) -> IntArray:
    """Return the best of some lotteries after their stable improvement cycles, as positions in the ballots' market."""
    best: tuple[tuple[int, ...], IntArray] | None = None
    for number in range(_LOTTERIES):
        drawn = ballots if number == 0 else ballots.with_lottery(ballots.seed + number)
        for pairs in (stable_choice(drawn), stable_improvement_cycles(drawn)):
            chosen = np.zeros(form.market.num_pairs, bool)
            chosen[at[pairs]] = True
            value = tuple(level.cost(chosen) for level in form.stages)
            if best is None or value < best[0]:
                best = value, pairs
    return np.zeros(0, np.int64) if best is None else best[1]


def _run(name: str, stages: tuple[Stage, ...], problem: Problem, options: Options, engine: str | None = None) -> Result:
    started = time.perf_counter()
    if engine is not None:
        raise UnsupportedError(
            Text(zh=f"机制 {name} 自行选择引擎。", en=f"The mechanism {name} chooses its engine itself.")
        )
    choosing = problem.replace(stages=stages)
    form = compile_form(choosing)
    ballots = read_ballots(form, seed=options.seed)
    found = best_stable(ballots, stages, options)
    chosen = np.zeros(form.market.num_pairs, bool)
    chosen[found.pairs] = True
    refuse_broken_rules(
        choosing, Matching(problem.market, found.pairs), Text(zh="仅靠双向选择", en="Two-way choice alone")
    )
    return checked_result(
        choosing,
        form,
        replace(found.outcome, pairs=found.pairs, certificate=None),
        found.choice,
        mechanism=name,
        options=options,
        runtime_s=time.perf_counter() - started,
        pair_reasons=lambda matching: pair_reasons(form, matching, fixed=ballots.fixed, chosen=chosen),
        changes=lambda matching: changes_since_last_term(form, matching),
    )


def _assign(stages: tuple[Stage, ...], problem: Problem, options: Options) -> IntArray:
    ballots = read_ballots(compile_form(problem.replace(stages=())), seed=options.seed)
    return best_stable(ballots, stages, options).pairs


def _mechanism(name: str, stages: tuple[Stage, ...], text: Text, *, most_placed_of_stable: str) -> Mechanism:
    return Mechanism(
        name=name,
        text=text,
        run=partial(_run, name, stages),
        places_everyone=False,
        assign=partial(_assign, stages),
        claims=claims(
            strategy_proof=(False, "Abdulkadiroglu, Pathak and Roth 2009"),
            stable=(True, "Irving 1994"),
            efficient=(False, "Roth 1982"),
            most_placed=(False, most_placed_of_stable),
            most_first_choices=(False, "Kojima and Unver 2014"),
        ),
    )


MECHANISM = _mechanism(
    "best_stable",
    MOST_FIRST,
    Text(
        zh="双向选择:在尊重公布顺序的前提下,第一志愿最多(不靠抽签)。",
        en="Two-way choice: of all matchings that respect the priorities, one with the most first choices.",
    ),
    most_placed_of_stable="Manlove, Irving, Iwama, Miyazaki and Morita 2002",
)

PLACED = _mechanism(
    "best_stable_placed",
    MOST_PLACED,
    Text(
        zh="双向选择:在尊重公布顺序的前提下,按志愿安置的学生最多。",
        en="Two-way choice: of all matchings that respect the priorities, one that places the most students.",
    ),
    most_placed_of_stable="Manlove, Irving, Iwama, Miyazaki and Morita 2002",
)
