"""A matching that a mechanism made, and the hard rules that it misses."""

from mentormatch.base.errors import UnsupportedError
from mentormatch.base.text import Text
from mentormatch.market.matching import Matching
from mentormatch.problem.problem import Problem


def refuse_broken_rules(problem: Problem, matching: Matching, who: Text) -> None:
    """Raise `UnsupportedError` where a matching misses a hard rule; `who` begins the sentence."""
    broken = [
        violation
        for rule in problem.constraints
        for violation in rule.violations(problem.market, matching)
        if not violation.soft
    ]
    if broken:
        raise UnsupportedError(
            Text(
                zh=f"{who.zh}不能满足 {len(broken)} 处规则,例如:{broken[0].text.zh}",
                en=f"{who.en} misses {len(broken)} rules, for example: {broken[0].text.en}",
            ),
            maybe=Text(zh="改用机制 two_round。", en="use the mechanism two_round."),
        )
