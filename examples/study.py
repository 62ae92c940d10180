"""Four mechanisms in the schools of a small county: what each is good at, with 95 % confidence intervals.

Needs ``pip install '.[study]'`` in the checkout.
"""

from mentormatch import study

SHOWN = ("rank_1", "placed_by_choice", "blocking_students", "welfare", "retained")

schools = study.county(4, num_students=400, seed=1)
table = study.run(
    ["deferred_acceptance", "immediate_acceptance", "top_trading_cycles", "first_come_first_served"],
    schools,
    metrics=["rank_profile", "placed", "blocking", "welfare", "retention"],
    seeds=3,
)
for each in study.summary(table):
    if each.metric in SHOWN:
        print(f"{each.mechanism:24} {each.metric:18} {each.mean:.3f} [{each.low:.3f}, {each.high:.3f}]")
assert max(row.value for row in table.where(mechanism="deferred_acceptance", metric="blocking_pairs")) == 0
