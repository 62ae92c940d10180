"""The fairness account as the page shows it: a picture and a table of groups, who bears coordination, the draw."""

from dataclasses import dataclass

from markupsafe import Markup

from mentormatch.base.edition import Edition
from mentormatch.base.text import Text
from mentormatch.explain.fairness import (
    ATTRIBUTES,
    PUBLIC_ATTRIBUTES,
    SMALLEST_PUBLIC_GROUP,
    Bearer,
    FairnessAccount,
    FairnessGroup,
    fairness_account,
)
from mentormatch.explain.fairness_told import group_name
from mentormatch.explain.lottery_replay import OWN_DRAWS
from mentormatch.problem.result import Result
from mentormatch.report.charts.share_bars import Share, share_bars


@dataclass(frozen=True, slots=True)
class FairnessPart:
    """What the page tells of fairness.

    Parameters
    ----------
    account : FairnessAccount
        Of what the edition may tell.
    picture : Markup
    groups : list of (attribute, group, numbers of its picture)
        Everybody first.
    bearers : list of Bearer
        The mentors that took students by coordination, first who took most.
    mentors : int
        How many have seats.
    own_draws : bool
        Every mentor draws an order of its own.
    """

    account: FairnessAccount
    picture: Markup
    groups: list[tuple[Text, Text, FairnessGroup]]
    bearers: list[Bearer]
    mentors: int
    own_draws: bool


def fairness_part(result: Result, edition: Edition) -> FairnessPart | None:
    """Return the account that an edition may show; None without a matching.

    The public edition tells nothing by care, and no group so small that it would be told of each pupil in it.
    """
    if result.matching is None:
        return None
    account = (
        fairness_account(result)
        if edition.staff
        else fairness_account(result, attributes=PUBLIC_ATTRIBUTES, smallest=SMALLEST_PUBLIC_GROUP)
    )
    # The many classes come last: what is short is read first.
    order = ["all", *(name for name in ATTRIBUTES if name != "class_name"), "class_name"]
    groups = [
        (ATTRIBUTES.get(name, Text(zh="", en="")), group_name(group), group)
        for name in order
        for group in account.of(name)
    ]
    return FairnessPart(
        account,
        _picture(groups),
        groups,
        [bearer for bearer in account.bearers if bearer.coordinated],
        len(account.bearers),
        result.mechanism in OWN_DRAWS,
    )


def _picture(groups: list[tuple[Text, Text, FairnessGroup]]) -> Markup:
    shares: list[Share] = []
    last = ""
    for title, name, group in groups:
        if group.attribute != last and group.attribute != "all":
            shares.append(Share(Text(zh=f"按{title.zh}", en=f"By {title.en}")))
        last = group.attribute
        first, second, *later = (*group.ranks, 0, 0)
        shares.append(Share(name, (first, second, sum(later), group.kept, group.coordinated, group.unplaced)))
    return share_bars(shares)
