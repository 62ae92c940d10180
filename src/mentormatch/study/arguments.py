"""What `study.run` is given, as lists: a single thing where several belong is refused by what it is."""

from collections.abc import Iterable
from numbers import Integral
from typing import Any

from mentormatch.base.errors import InputError
from mentormatch.base.text import Text
from mentormatch.matchmaking import find_mechanism
from mentormatch.mechanisms.mechanism import Mechanism
from mentormatch.mechanisms.own_mechanism import Function
from mentormatch.study.instances import Instance
from mentormatch.study.metrics import Metric, find_metric


def given_mechanisms(mechanisms: Iterable[Mechanism | str | Function]) -> list[Mechanism]:
    """Return the mechanisms; `InputError` for one that does not exist, or one that is not in a list."""
    return [find_mechanism(mechanism) for mechanism in _several("mechanisms", mechanisms)]


def given_metrics(metrics: Iterable[Metric | str]) -> list[Metric]:
    """Return the metrics; `InputError` for one that does not exist, or one that is not in a list."""
    return [find_metric(metric) if isinstance(metric, str) else metric for metric in _several("metrics", metrics)]


def given_instances(instances: Iterable[Instance]) -> list[Instance]:
    """Return the instances; `InputError` for what has no name or draws no market."""
    several = _several("instances", instances)
    for instance in several:
        if not isinstance(getattr(instance, "name", None), str) or not callable(getattr(instance, "market", None)):
            kind = type(instance).__name__
            raise InputError(
                Text(
                    zh=f"instances 中的每一项都要有 name 和 market(seed);现有一项为 {kind}。",
                    en=f"Each of instances must have a name and market(seed). Got a {kind} instead.",
                ),
                maybe=Text(
                    zh='用 study.GivenMarket("名称", market) 包装一个 Market。',
                    en='study.GivenMarket("a name", market) wraps a Market.',
                ),
            )
    return several


def given_seeds(seeds: int | Iterable[int]) -> list[int]:
    """Return the seeds: a number n stands for 0, ..., n - 1; `InputError` for none, or for what is no whole number."""
    several = list(range(int(seeds))) if isinstance(seeds, Integral) else _several("seeds", seeds)
    if not several or not all(_is_whole(seed) and seed >= 0 for seed in several):
        raise InputError(
            Text(
                zh=f"seeds 应为正整数,或一列非负整数;现为 {seeds!r}。",
                en=f"seeds must be a positive number, or a list of whole numbers from 0 up. Got {seeds!r} instead.",
            )
        )
    return [int(seed) for seed in several]


def _is_whole(value: object) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool)


def _several(what: str, given: Any) -> list[Any]:
    if isinstance(given, str) or not isinstance(given, Iterable):
        kind = repr(given) if isinstance(given, (str, int, float)) else f"a {type(given).__name__}"
        raise InputError(
            Text(zh=f"{what} 应为一列;现为 {kind}。", en=f"{what} must be a list. Got {kind} instead."),
            maybe=Text(zh=f"{what}=[...]", en=f"{what}=[...]."),
        )
    return list(given)
