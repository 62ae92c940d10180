"""Rules files for the stages of school: 小学, 初中, 高中. Read one, change it, keep it."""

from importlib.resources import files
from typing import Literal, get_args

from mentormatch.base.errors import InputError
from mentormatch.base.text import Text

Preset = Literal["primary", "junior", "senior"]
PRESETS: tuple[Preset, ...] = get_args(Preset)
NAMES: dict[str, Preset] = {"小学": "primary", "初中": "junior", "高中": "senior"}


def preset_text(name: str) -> str:
    """Return a preset as TOML, by its English or its Chinese name; `InputError` where there is none."""
    known = NAMES.get(name, name)
    if known not in PRESETS:
        there = ", ".join([*NAMES, *PRESETS])
        raise InputError(
            Text(
                zh=f"没有名为“{name}”的预设;可用的有:{there}。", en=f"There is no preset '{name}'; there are: {there}."
            )
        )
    return files("mentormatch.rules.presets").joinpath(f"{known}.toml").read_text("utf-8")
