"""A district's rules over its schools: mentors whom they share, and caps over several mentors, from a TOML file.

::

    [shared]                      # seats over all schools together, by the id that stands in their workbooks
    T900 = 12

    [[cap]]
    name = "external mentors"
    kinds = ["external"]          # mentors of these kinds in every school
    upper = 300

    [[cap]]
    name = "psychologists"
    mentors = ["T900", "T901"]    # these ids in every school
    upper = 20
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Self

from pydantic import AliasChoices, Field, ValidationError, model_validator

from mentormatch.base.errors import InputError
from mentormatch.base.frozen_model import FrozenModel
from mentormatch.base.text import Text
from mentormatch.io.files.toml_file import read_toml
from mentormatch.market.market import MAX_QUOTA
from mentormatch.roster.mentor import Mentor
from mentormatch.roster.vocabulary import MentorKind

_WRONG = {
    "missing": "缺少这一项",
    "extra_forbidden": "不认识的名称",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_from_float": "应为整数",
    "greater_than_equal": "不得为负数",
    "less_than_equal": "数字过大",
    "literal_error": "应为 in_school、external、peer 之一",
    "string_type": "应为文本",
    "string_too_short": "不得为空",
    "tuple_type": "应为列表",
    "dict_type": "应为表",
}


class DistrictCap(FrozenModel):
    """Most students over some mentors of all schools together."""

    name: str = Field(min_length=1)
    kinds: tuple[MentorKind, ...] = ()
    mentors: tuple[str, ...] = Field(default=(), repr=False)
    upper: int = Field(ge=0, le=MAX_QUOTA)

    @model_validator(mode="after")
    def _names_somebody(self) -> Self:
        if not self.kinds and not self.mentors:
            raise InputError(
                Text(
                    zh=f"上限“{self.name}”须给出 kinds 或 mentors。",
                    en=f"The cap '{self.name}' needs 'kinds' or 'mentors'.",
                )
            )
        return self

    def covers(self, mentor: Mentor) -> bool:
        """Tell whether the cap counts the students of a mentor."""
        return mentor.kind in self.kinds or mentor.mentor_id in self.mentors


class District(FrozenModel):
    """What links the schools of a district."""

    shared: dict[str, int] = Field(default_factory=dict, repr=False)
    caps: tuple[DistrictCap, ...] = Field(
        default=(), validation_alias=AliasChoices("cap", "caps"), serialization_alias="cap"
    )

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        names = [cap.name for cap in self.caps]
        if len(set(names)) < len(names):
            raise InputError(Text(zh="有两个上限同名。", en="Two caps have one name."))
        wrong = next((mentor for mentor, seats in self.shared.items() if not 0 <= seats <= MAX_QUOTA), None)
        if wrong is not None:
            raise InputError(
                Text(
                    zh=f"共享导师 {wrong} 的名额须在 0 到 {MAX_QUOTA} 之间。",
                    en=f"The seats of {wrong} must be between 0 and {MAX_QUOTA}.",
                )
            )
        return self

    @property
    def is_empty(self) -> bool:
        """Whether nothing links any schools."""
        return not self.shared and not self.caps

    def with_shared(self, shared: Mapping[str, int]) -> "District":
        """Return the district with more shared mentors; `InputError` for one that stands in both."""
        twice = sorted(self.shared.keys() & shared.keys())
        if twice:
            raise InputError(
                Text(zh=f"共享导师 {twice[0]} 给出了两次。", en=f"The shared mentor {twice[0]} is given twice.")
            )
        return District(shared={**self.shared, **shared}, caps=self.caps)


def read_district(path: Path | str) -> District:
    """Read a district file.

    Raises
    ------
    FileError
        The file cannot be read.
    InputError
        It is no TOML, or says something that makes no sense, with the place.
    """
    path = Path(path)
    written = read_toml(path, what=Text(zh="区域文件", en="the district file"))
    try:
        return District.model_validate(written)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"]) or "-"
        raise InputError(
            Text(
                zh=f"{path} 的 {place} 有误:{_WRONG.get(first['type'], first['msg'])}。",
                en=f"{path}, {place}: {first['msg']}.",
            ),
            maybe=Text(
                zh="[shared] 写 工号 = 名额;[[cap]] 写 name、upper,以及 kinds 或 mentors。",
                en="[shared] holds id = seats; a [[cap]] has name, upper, and kinds or mentors.",
            ),
        ) from None
