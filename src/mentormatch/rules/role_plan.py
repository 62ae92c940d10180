"""Which roles a school has beside the primary one: who may fill them, who needs them, with how many seats."""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import AliasChoices, BeforeValidator, Field, model_validator

from mentormatch.base.errors import RulesError
from mentormatch.base.frozen_model import FrozenModel
from mentormatch.base.text import Text
from mentormatch.io.cells.plain_text import folded
from mentormatch.io.cells.words import CARE_LEVELS, MENTOR_KINDS, code_of
from mentormatch.roster.vocabulary import CareLevel

PRIMARY, SUPPORTING, EXTERNAL, PEER = "primary", "supporting", "external", "peer"
_NAMES = {"主": PRIMARY, "协": SUPPORTING, "协同": SUPPORTING, "校外": EXTERNAL, "学长": PEER}


def role_key(name: str) -> str:
    """Return a role's name as it is compared: the known ones in English, without regard to width, spaces and case."""
    return folded(_NAMES.get(name.strip(), name))


class RoleRule(FrozenModel):
    """One role beside the primary one."""

    is_part_of_rules: ClassVar[bool] = True

    name: str = Field(min_length=1, description="As it stands in the columns 所需角色 and 可任角色.")
    tags: tuple[str, ...] = Field(
        default=(), description="Mentors with one of these tags or subjects may take the role."
    )
    kind: Annotated[Literal["in_school", "external"], BeforeValidator(code_of(MENTOR_KINDS))] = Field(
        default="in_school", description="Whose role it is."
    )
    open_to_all: bool = Field(default=False, description="Whether every mentor of that kind may take it.")
    care_levels: tuple[Annotated[CareLevel, BeforeValidator(code_of(CARE_LEVELS))], ...] = Field(
        default=(), description="Students of these care levels need the role."
    )
    care_tags: tuple[str, ...] = Field(default=(), description="Students with one of these care tags need the role.")
    everyone: bool = Field(default=False, description="Whether every student needs it.")
    required: bool = Field(default=False, description="Whether a student that needs it must get it.")
    stable: bool = Field(
        default=False, description="Whether no student and mentor of the role may both rather be together."
    )
    seats: int = Field(default=3, ge=0, description="Students of a mentor whose row states no number.")


class RolePlan(FrozenModel):
    """What a school wants of several mentors for one student.

    A role that only the columns 所需角色 or 可任角色 name is one with the defaults.
    """

    is_part_of_rules: ClassVar[bool] = True

    keep: bool = Field(default=True, description="Whether keeping last term's mentors comes before students' choices.")
    roles: tuple[RoleRule, ...] = Field(
        default=(
            RoleRule(name=SUPPORTING, care_levels=("key",), open_to_all=True),
            RoleRule(name=EXTERNAL, kind="external", open_to_all=True),
        ),
        validation_alias=AliasChoices("role", "roles"),
        serialization_alias="role",
        description="The roles beside the primary one.",
    )

    @model_validator(mode="after")
    def _each_role_once_and_none_of_another_market(self) -> Self:
        seen: set[str] = set()
        for role in self.roles:
            key = role_key(role.name)
            if key in (PRIMARY, PEER):
                raise RulesError(
                    Text(
                        zh=f"“{role.name}”不能写在这里:主导师按全校规则匹配,学长用 mentormatch peers 匹配。",
                        en=f"{role.name!r} has no place here: primary mentors are matched by the rules of the school, "
                        "peers by `mentormatch peers`.",
                    )
                )
            if key in seen:
                raise RulesError(
                    Text(zh=f"角色“{role.name}”写了两次。", en=f"The role {role.name!r} stands more than once.")
                )
            seen.add(key)
        return self
