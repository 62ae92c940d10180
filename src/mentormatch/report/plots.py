"""Plots of a result for notebooks and papers. They need matplotlib: ``pip install 'mentormatch-engine[plot]'``."""

from typing import Any

import numpy as np

from mentormatch.errors import InputError
from mentormatch.report.pictures import school_order
from mentormatch.report.summary import rank_profile
from mentormatch.result import Result
from mentormatch.text import Language, Text

_CJK = ("Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", "WenQuanYi Micro Hei", "SimHei")
_BLUE, _GREEN, _ORANGE, _GREY = "#0072B2", "#009E73", "#E69F00", "#DDDDDD"


def plot_ranks(result: Result, *, lang: Language = "en", ax: Any = None) -> Any:
    """Draw how many students got which choice.

    Parameters
    ----------
    result : Result
        With a matching.
    lang : {"zh", "en"}
    ax : matplotlib Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    InputError
        When matplotlib is not installed, or the result has no matching.
    """
    matching, ax = _matching(result), _axes(ax, lang)
    profile = rank_profile(matching)
    labels = [rank if rank != "placed" else Text(zh="志愿外", en="none").in_language(lang) for rank in profile]
    bars = ax.bar(labels, list(profile.values()), color=[_GREEN] * (len(profile) - 1) + [_ORANGE])
    ax.bar_label(bars)
    ax.set_xlabel(Text(zh="志愿序号", en="choice").in_language(lang))
    ax.set_ylabel(Text(zh="学生人数", en="students").in_language(lang))
    return ax


def plot_loads(result: Result, *, lang: Language = "en", ax: Any = None) -> Any:
    """Draw every mentor's load against its upper quota; parameters and errors are those of `plot_ranks`."""
    matching, ax = _matching(result), _axes(ax, lang)
    market = result.problem.market
    order = np.argsort(-matching.load, kind="stable")
    place = np.arange(market.num_mentors)
    quota, has = Text(zh="带生上限", en="upper quota"), Text(zh="实带人数", en="students")
    ax.bar(place, market.mentor_upper[order], color=_GREY, label=quota.in_language(lang))
    ax.bar(place, matching.load[order], width=0.5, color=_BLUE, label=has.in_language(lang))
    ax.set_xlabel(Text(zh="导师(按人数排列)", en="mentors by load").in_language(lang))
    ax.set_ylabel(Text(zh="学生人数", en="students").in_language(lang))
    ax.legend()
    return ax


def plot_classes(result: Result, *, lang: Language = "en", ax: Any = None) -> Any:
    """Draw which classes go to which mentors as a map; parameters and errors are those of `plot_ranks`.

    Raises
    ------
    InputError
        Also when the students have no classes.
    """
    matching, ax = _matching(result), _axes(ax, lang)
    market = result.problem.market
    classes = market.student_attributes.get("class_name")
    if classes is None:
        raise InputError(Text(zh="学生没有班级信息。", en="The students of this market have no classes."))
    rows = sorted(classes.labels, key=school_order)
    member = classes.membership(rows)
    counts = np.zeros((len(rows), market.num_mentors), np.int64)
    for row in range(len(rows)):
        np.add.at(counts[row], market.mentor[matching.pairs], member[market.student[matching.pairs], row])
    ax.imshow(counts, aspect="auto", cmap="Blues")
    ax.set_yticks(range(len(rows)), rows)
    ax.set_xlabel(Text(zh="导师", en="mentors").in_language(lang))
    return ax


def _matching(result: Result) -> Any:
    if result.matching is None:
        raise InputError(Text(zh="没有匹配结果可画。", en="There is no matching to draw."))
    return result.matching


def _axes(ax: Any, lang: Language) -> Any:
    try:
        from matplotlib import font_manager, pyplot, rcParams
    except ImportError:
        raise InputError(
            Text(zh="画图需要 matplotlib。", en="Plots need matplotlib."),
            maybe=Text(zh="pip install 'mentormatch-engine[plot]'", en="pip install 'mentormatch-engine[plot]'."),
        ) from None
    # Without a Chinese font, characters are boxes: the first that this machine has goes to the front.
    there = {font.name for font in font_manager.fontManager.ttflist}
    fonts = [name for name in _CJK if name in there]
    if fonts and fonts[0] not in rcParams["font.sans-serif"]:
        rcParams["font.sans-serif"] = [*fonts[:1], *rcParams["font.sans-serif"]]
    rcParams["axes.unicode_minus"] = False
    return pyplot.subplots(layout="constrained")[1] if ax is None else ax
