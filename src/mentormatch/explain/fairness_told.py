"""The fairness account in words, a line a group."""

from collections.abc import Sequence

from mentormatch.base.text import Language, Text
from mentormatch.explain.fairness import ATTRIBUTES, Bearer, FairnessAccount, FairnessGroup

_SHOWN_BEARERS = 10

_VALUES = {
    ("gender", "female"): Text(zh="女", en="girls"),
    ("gender", "male"): Text(zh="男", en="boys"),
    ("boarding", "yes"): Text(zh="寄宿", en="boarders"),
    ("boarding", "no"): Text(zh="走读", en="day students"),
    ("care_level", "general"): Text(zh="一般关爱", en="general care"),
    ("care_level", "key"): Text(zh="重点关爱", en="key care"),
}


def account_lines(account: FairnessAccount, lang: Language, *, bearers: int = _SHOWN_BEARERS) -> list[str]:
    """Return an account in words.

    Parameters
    ----------
    account : FairnessAccount
    lang : {"zh", "en"}
    bearers : int
        How many mentors are told one by one.
    """
    lines = [_group(account.of("all")[0]), *_envy(account)]
    for attribute in dict.fromkeys(group.attribute for group in account.groups):
        if attribute != "all":
            name = ATTRIBUTES.get(attribute, Text(zh=attribute, en=attribute))
            lines.append(Text(zh=f"按{name.zh}:", en=f"By {name.en}:"))
            lines += [_group(group) for group in account.of(attribute)]
    if account.withheld:
        lines.append(
            Text(
                zh=f"另有 {account.withheld} 组人数太少(或据此可推知人数太少的组),未列出。",
                en=f"{account.withheld} groups are not told, because they or what they leave are too small.",
            )
        )
    lines += _coordination(account, account.bearers[:bearers])
    return [line.in_language(lang) for line in lines]


def group_name(group: FairnessGroup) -> Text:
    """Say whom a group holds."""
    if group.attribute == "all":
        return Text(zh="全体", en="Everybody")
    if not group.value:
        return Text(zh="(未填)", en="(none)")
    return value_name(group.attribute, group.value)


def value_name(attribute: str, value: str) -> Text:
    """Say a value of an attribute; a value that needs no words, such as a class, stands as it is."""
    return _VALUES.get((attribute, value), Text(zh=value, en=value))


def _group(group: FairnessGroup) -> Text:
    who = group_name(group)
    ranks = [(rank, number) for rank, number in enumerate(group.ranks, start=1) if number]
    got_zh = "、".join([*(f"第{rank}志愿 {number}" for rank, number in ranks), f"延续 {group.kept}"])
    got_en = ", ".join([*(f"{number} got choice {rank}" for rank, number in ranks), f"{group.kept} kept"])
    mean = group.mean_rank
    share = round(100 * group.coordinated_share)
    return Text(
        zh=f"{who.zh}:{group.students} 人(填报 {group.asked});{got_zh}、统筹 {group.coordinated}({share}%)、"
        f"未安置 {group.unplaced}"
        + ("" if mean is None else f";平均志愿 {mean:.2f}")
        + f";另有更想去而该导师带了他人的 {group.envious} 人。",
        en=f"{who.en}: {group.students} students ({group.asked} listed somebody); {got_en}, {group.coordinated} placed "
        f"by the school ({share}%), {group.unplaced} unplaced"
        + ("" if mean is None else f"; mean choice {mean:.2f}")
        + f"; {group.envious} would rather have a mentor who has others.",
    )


def _envy(account: FairnessAccount) -> list[Text]:
    return [
        Text(
            zh=f"更愿意去而该导师带了他人的志愿 {account.envy} 个,其中他人排位反而靠后的 "
            f"{account.justified_envy} 个;更愿意去且导师尚有空额的 {account.wasted} 个(多因规则或统筹)。",
            en=f"Envy: {account.envy} pairs of a student and a mentor with others whom the student would rather have; "
            f"in {account.justified_envy} of them somebody there stands lower; in {account.wasted} pairs the "
            "mentor has a free seat (rules or coordination stand in the way).",
        )
    ]


def _coordination(account: FairnessAccount, told: Sequence[Bearer]) -> list[Text]:
    total = sum(bearer.coordinated for bearer in account.bearers)
    bearing = sum(bearer.coordinated > 0 for bearer in account.bearers)
    if not total:
        return [Text(zh="没有统筹安排的学生。", en="The school placed nobody.")]
    lines = [
        Text(
            zh=f"统筹由谁承担:{total} 个统筹结对由 {len(account.bearers)} 名导师中的 {bearing} 名承担,"
            f"其中一半集中在 {account.half_is_borne_by} 名。最多的:",
            en=f"Who bears coordination: {total} pairs that the school made are at {bearing} of "
            f"{len(account.bearers)} mentors, half of them at {account.half_is_borne_by}. Those with most:",
        )
    ]
    return lines + [
        Text(
            zh=f"导师 {bearer.mentor}:名额 {bearer.seats},带 {bearer.students};志愿 {bearer.chosen}、"
            f"延续 {bearer.kept}、统筹 {bearer.coordinated}。",
            en=f"Mentor {bearer.mentor}: {bearer.seats} seats, {bearer.students} students; {bearer.chosen} listed it, "
            f"{bearer.kept} kept, {bearer.coordinated} placed by the school.",
        )
        for bearer in told
        if bearer.coordinated
    ]
