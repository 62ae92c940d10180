"""The price of a mechanism: how much more welfare the best matching has."""

from mentormatch.base.text import Text
from mentormatch.constraints.choices_only import ChoicesOnly
from mentormatch.formulation.terms import LinearTerm, StageForm
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching
from mentormatch.mechanisms.solving import solve
from mentormatch.objectives.stage import Stage
from mentormatch.study.metrics.metric import Measured, Metric, Values
from mentormatch.study.metrics.welfare import worth

_BEST = "best welfare"


class Welfare(Stage):
    """Maximise the sum of what ranks are worth, see `mentormatch.study.metrics.welfare`."""

    kind: str = "welfare"

    def forms(self, market: Market) -> tuple[StageForm, ...]:
        """Return one level."""
        return (StageForm(self.kind, (LinearTerm(-worth(market)),), maximise=True),)

    def values(self, market: Market, matching: Matching) -> tuple[int, ...]:
        """Return the sum."""
        return (int(worth(market)[matching.pairs].sum()),)

    def describe(self) -> Text:
        """Say the stage."""
        return Text(zh="学生福利最大", en="the largest welfare of the students")


def price(outcome: Measured) -> Values:
    """Return ``price``: the best welfare under the same rules, over the welfare of this matching; 1 is no loss.

    Of deferred acceptance that is the price of stability (Anshelevich, Das and Naamad 2013) among the matchings that
    are stable under the lottery drawn: the student-optimal one has the most welfare of them. Left out where the
    matching is worth nothing.
    """
    if _BEST not in outcome.shared:
        choosing = outcome.problem.replace(
            constraints=(*_without_lower_quotas(outcome), ChoicesOnly()), stages=(Welfare(),)
        )
        best = solve(choosing, seed=outcome.seed)
        outcome.shared[_BEST] = best.stages[0].value
    has = int(worth(outcome.market)[outcome.matching.pairs].sum())
    return {"price": outcome.shared[_BEST] / has} if has else {}


def _without_lower_quotas(outcome: Measured) -> tuple[object, ...]:
    return tuple(
        rule.model_copy(update={"lower": False}) if rule.kind == "quotas" else rule
        for rule in outcome.problem.constraints
    )


METRIC = Metric("price", Text(zh="与最优福利之比(稳定性的代价)", en="best welfare over this welfare"), price)
