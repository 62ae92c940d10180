"""Plots of a matching for notebooks and papers: ``result.plot.ranks()``.

They need matplotlib: ``pip install 'mentormatch-engine[plot]'``.
"""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from mentormatch.base.errors import InputError
from mentormatch.base.school_order import school_order
from mentormatch.base.text import Language, Text
from mentormatch.market.matching import Matching

_CJK = (
    *("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "Microsoft YaHei", "PingFang SC"),
    *("Noto Sans CJK JP", "Hiragino Sans GB", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "SimHei", "Arial Unicode MS"),
)
_FIRST_CJK = 0x2E80
_BLUE, _GREEN, _ORANGE, _RED, _GREY = "#0072B2", "#009E73", "#E69F00", "#D55E00", "#DDDDDD"


@dataclass(frozen=True, slots=True)
class Plots:
    """The plots of one matching; each returns the matplotlib axes that it drew on, whose ``figure`` can be saved.

    Every plot takes the language of its labels and, where it shall be part of a figure of yours, the axes to draw on;
    without them it makes a figure. Chinese characters are drawn in the first Chinese font of the machine; a machine
    that has none gets a warning, because characters would be boxes. The settings of matplotlib stay as they are.

    Parameters
    ----------
    matching : Matching

    Raises
    ------
    InputError
        By each plot, when matplotlib is not installed.
    """

    matching: Matching

    def ranks(self, *, lang: Language = "en", ax: Any = None) -> Any:
        """Draw how many students got which choice, how many were placed without one, and how many not at all."""
        ax = _axes(ax)
        profile = self.matching.rank_profile()
        numbers = [*profile.values(), self.matching.market.num_students - self.matching.num_placed]
        labels = [*(rank for rank in profile if rank != "placed"), *(word.in_language(lang) for word in _WITHOUT)]
        colours = [_GREEN] * (len(profile) - 1) + [_ORANGE, _RED]
        shown = slice(None if numbers[-1] else -1)
        place = np.arange(len(labels[shown]))
        ax.bar_label(ax.bar(place, numbers[shown], color=colours[shown]))
        ax.set_xticks(place, labels[shown])
        return _labelled(ax, lang, Text(zh="志愿序号", en="choice"), _STUDENTS)

    def loads(self, *, lang: Language = "en", ax: Any = None) -> Any:
        """Draw every mentor's load against its quotas, first who has most students."""
        ax = _axes(ax)
        market = self.matching.market
        order = np.lexsort((-market.mentor_upper, -self.matching.load))
        place = np.arange(market.num_mentors)
        quota, has = Text(zh="带生上限", en="upper quota"), Text(zh="实带人数", en="students")
        ax.bar(place, market.mentor_upper[order], color=_GREY, label=quota.in_language(lang))
        ax.bar(place, self.matching.load[order], width=0.5, color=_BLUE, label=has.in_language(lang))
        has_lower = market.mentor_lower[order] > 0
        if has_lower.any():
            lower = market.mentor_lower[order][has_lower]
            least = Text(zh="带生下限", en="lower quota").in_language(lang)
            ax.scatter(place[has_lower], lower, marker="_", color="black", label=least, zorder=3)
        ax.set_xticks([])
        # Below the axes, where no bar can stand behind it.
        ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.1), ncols=3, frameon=False)
        return _labelled(ax, lang, Text(zh="导师(按人数排列)", en="mentors by load"), _STUDENTS)

    def classes(self, *, lang: Language = "en", ax: Any = None) -> Any:
        """Draw which classes go to which mentors as a map.

        Raises
        ------
        InputError
            Also when the students have no classes.
        """
        market, pairs = self.matching.market, self.matching.pairs
        attribute = market.student_attributes.get("class_name")
        if attribute is None:
            raise InputError(Text(zh="学生没有班级信息。", en="The students of this market have no classes."))
        ax = _axes(ax)
        rows = sorted(attribute.labels, key=school_order)
        member = attribute.membership(rows)
        counts = np.zeros((len(rows), market.num_mentors), np.int64)
        for row in range(len(rows)):
            np.add.at(counts[row], market.mentor[pairs], member[market.student[pairs], row])
        # Mentors stand where most of their students are, so that the map shows blocks.
        busy = np.flatnonzero(counts.any(axis=0))
        middle = np.arange(len(rows)) @ counts[:, busy] / counts[:, busy].sum(axis=0)
        image = ax.imshow(counts[:, busy[np.argsort(middle, kind="stable")]], aspect="auto", cmap="Blues")
        ax.set_yticks(range(len(rows)), rows, fontsize="small" if len(rows) > 12 else "medium")
        ax.set_xticks([])
        bar = ax.figure.colorbar(image, ax=ax)
        bar.set_label(_STUDENTS.in_language(lang))
        _written(bar.ax)
        return _labelled(ax, lang, Text(zh="导师", en="mentors"), Text(zh="班级", en="classes"))


_STUDENTS = Text(zh="学生人数", en="students")
_WITHOUT = (Text(zh="志愿外", en="none"), Text(zh="未安置", en="not placed"))


def _axes(ax: Any) -> Any:
    try:
        from matplotlib import pyplot
    except ImportError:
        raise InputError(
            Text(zh="画图需要 matplotlib。", en="Plots need matplotlib."),
            maybe=Text(zh="pip install 'mentormatch-engine[plot]'", en="pip install 'mentormatch-engine[plot]'."),
        ) from None
    return pyplot.subplots(layout="constrained")[1] if ax is None else ax


def _labelled(ax: Any, lang: Language, across: Text, up: Text) -> Any:
    ax.set_xlabel(across.in_language(lang))
    ax.set_ylabel(up.in_language(lang))
    return _written(ax)


def _written(ax: Any) -> Any:
    """Give every text that has Chinese characters a font that has them too."""
    from matplotlib import font_manager, text

    chinese = [one for one in ax.findobj(text.Text) if any(ord(letter) >= _FIRST_CJK for letter in one.get_text())]
    if not chinese:
        return ax
    there = {font.name for font in font_manager.fontManager.ttflist}
    font = next((name for name in _CJK if name in there), None)
    if font is None:
        warnings.warn(
            "This machine has no Chinese font that matplotlib knows, so characters may be boxes. Maybe install one, "
            "such as fonts-noto-cjk.",
            stacklevel=4,
        )
        return ax
    for one in chinese:
        # The Latin font first: a Chinese one is for what that lacks.
        one.set_fontfamily([*one.get_fontfamily(), font])
    return ax
