"""A repair in words: sums and numbers, and a mentor's id where one alone is concerned; never a pupil's."""

from collections import Counter
from collections.abc import Iterable, Sequence

from mentormatch.base.text import Text
from mentormatch.constraints.constraint import Constraint
from mentormatch.problem.explanation import Action


def repair_text(actions: Sequence[Action], rules: Iterable[Constraint]) -> Text:
    """Say what a repair does and what it costs; `rules` are those of the problem, which bring their words."""
    given_up = {rule.original.kind: rule.original.given_up for rule in rules}
    zh, en = [], []
    seats = [action for action in actions if action.kind == "seat"]
    if len(seats) == 1:
        zh.append(f"导师 {seats[0].mentor} 增加 {seats[0].amount} 个名额")
        en.append(f"give mentor {seats[0].mentor} {seats[0].amount} more seat(s)")
    elif seats:
        total, each = sum(action.amount for action in seats), max(action.amount for action in seats)
        zh.append(f"在 {len(seats)} 名导师中共增加 {total} 个名额(每人至多多带 {each} 名)")
        en.append(f"add {total} seats at {len(seats)} mentors (at most {each} more each)")
    hires = Counter((action.amount, action.classes) for action in actions if action.kind == "hire")
    for (places, classes), number in hires.items():
        to, to_en = (f"、任教 {'、'.join(classes)} ", f" who teach {', '.join(classes)}") if classes else ("", "")
        zh.append(f"增加 {number} 名各带 {places} 名学生{to}的导师")
        en.append(f"take on {number} mentor(s) with {places} seats each{to_en}")
    for kind, words in (
        ("cap", Text(zh="在 {n} 名导师处共提高类别上限 {t}", en="raise caps by {t} in all at {n} mentor(s)")),
        ("lower", Text(zh="在 {n} 名导师处共降低下限 {t}", en="lower lower quotas by {t} in all at {n} mentor(s)")),
    ):
        some = [action for action in actions if action.kind == kind]
        if some:
            total = sum(action.amount for action in some)
            zh.append(words.zh.format(n=len(some), t=total))
            en.append(words.en.format(n=len(some), t=total))
    for rule in sorted({action.rule for action in actions if action.kind == "relax" and action.rule}):
        number = len({action.student for action in actions if action.kind == "relax" and action.rule == rule})
        words = given_up.get(rule) or Text(zh=f"对 {{n}} 名学生放开规则 {rule}", en=f"lift {rule} for {{n}} student(s)")
        zh.append(words.zh.format(n=number))
        en.append(words.en.format(n=number))
    cost = sum(action.price for action in actions)
    joined = "; ".join(en)
    return Text(zh=f"{';'.join(zh)}(代价 {cost})。", en=f"{joined[:1].upper()}{joined[1:]} (cost {cost}).")
