"""The rules file: TOML to rules, stages, priorities and mechanism."""

from collections.abc import Iterable, Mapping
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any, ClassVar, Generic, Self, TypeVar, get_args

from pydantic import (
    AliasChoices,
    BaseModel,
    Field,
    PrivateAttr,
    ValidationError,
    model_validator,
)
from pydantic.functional_validators import ModelWrapValidatorHandler

from mentormatch.base.by_kind import kind_of
from mentormatch.base.doors import several_of, takes
from mentormatch.base.errors import InputError, RulesError
from mentormatch.base.frozen_model import FrozenModel
from mentormatch.base.invalid import Findings, shown
from mentormatch.base.registry import Registry
from mentormatch.base.text import Text
from mentormatch.constraints.constraint import Constraint
from mentormatch.constraints.registry import CONSTRAINT_KINDS, AnyConstraint
from mentormatch.io.cells.words import MENTOR_KINDS, code_of
from mentormatch.io.files.streams import Source, as_file
from mentormatch.io.files.toml_file import read_toml
from mentormatch.io.own_columns import with_fields
from mentormatch.io.read_tables import open_source
from mentormatch.io.survey.mapping import SurveyMapping
from mentormatch.objectives.registry import STAGE_KINDS, AnyStage
from mentormatch.objectives.stage import Stage
from mentormatch.record.regrouping import Regrouping, regrouped
from mentormatch.record.selection import Selection
from mentormatch.roster.roster import Roster
from mentormatch.roster.school_field import SchoolField
from mentormatch.roster.vocabulary import MentorKind
from mentormatch.rules.growth_plan import GrowthPlan
from mentormatch.rules.peer_plan import PeerPlan
from mentormatch.rules.role_plan import RolePlan
from mentormatch.rules.rules_sheet import note_fields, sheet_rules
from mentormatch.school.priorities import PRIORITIES, PriorityGroup, Tier

_HOW = Text(
    zh="文本须加英文引号,列表用 [ ],规则以 [[constraint]] 开头。",
    en="text needs straight quotes, lists need [ ], and each rule starts with [[constraint]].",
)

C = TypeVar("C", bound=type[BaseModel])

TEAMS: dict[str, type[BaseModel]] = {"roles": RolePlan, "growth_groups": GrowthPlan, "peers": PeerPlan}
"""Tables on teams: what the commands of these names read."""

KEYS = (
    *("mechanism", "priorities", "mentor_kinds", "choice_rounds", "selection", "regroup", "survey"),
    *TEAMS,
    *("field", "constraint", "stage"),
)


class Rules(FrozenModel):
    """What a rules file says; what it does not say stays with the defaults.

    A rule replaces the default rules of its kind and is added where there is none. Stages replace all default stages.
    """

    is_part_of_rules: ClassVar[bool] = True

    mechanism: str | None = Field(default=None, description="two_round, or another of `mentormatch.mechanisms`.")
    priorities: tuple[Tier, ...] | None = Field(default=None, description="The order in which mentors take students.")
    mentor_kinds: tuple[MentorKind, ...] = Field(default=("in_school",), description="Which mentors take part.")
    choice_rounds: tuple[int, ...] = Field(
        default=(), description="How many choices each round takes; default all at once."
    )
    selection: Selection | None = Field(
        default=None, description="Whose forms may end the pairing that the student has."
    )
    regroup: Regrouping | None = Field(
        default=None, description="Classes that move up, split or merge before the matching."
    )
    survey: SurveyMapping | None = Field(default=None, description="Which question of a survey fills which column.")
    roles: RolePlan | None = Field(default=None, description="Roles beside the primary one, for `mentormatch roles`.")
    growth_groups: GrowthPlan | None = Field(
        default=None, description="Growth groups, for `mentormatch growth-groups`."
    )
    peers: PeerPlan | None = Field(default=None, description="Peer mentors, for `mentormatch peers`.")
    fields: tuple[SchoolField, ...] = Field(
        default=(),
        validation_alias=AliasChoices("field", "fields"),
        serialization_alias="field",
        description="The school's own columns.",
    )
    constraints: tuple[AnyConstraint, ...] = Field(
        default=(),
        validation_alias=AliasChoices("constraint", "constraints"),
        serialization_alias="constraint",
        description="Rules, each with its kind.",
    )
    stages: tuple[AnyStage, ...] | None = Field(
        default=None,
        validation_alias=AliasChoices("stage", "stages"),
        serialization_alias="stage",
        description="Stages, most important first.",
    )

    _notices: tuple[Text, ...] = PrivateAttr(default=())

    @model_validator(mode="wrap")
    @classmethod
    def _in_our_words(cls, value: Any, validate: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            return validate(value)
        except ValidationError as error:
            found = Findings()
            found.add_invalid(cls, cls.__name__, error)
        raise RulesError(found.told(Text(zh="规则有误:", en="These rules make no sense:")))

    def __eq__(self, other: object) -> bool:
        """Tell whether two files say the same, whatever names they use."""
        return isinstance(other, Rules) and self.__dict__ == other.__dict__

    @property
    def notices(self) -> tuple[Text, ...]:
        """What a reader of the file should know: names that it uses and that have changed."""
        return self._notices

    def applied_to(self, roster: Roster) -> tuple[Roster, Self]:
        """Return a school with its own columns read and its students in their new classes, and the rules less that."""
        roster = with_fields(roster, self.fields)
        if self.regroup is not None:
            roster = regrouped(roster, self.regroup)
        return roster, self.model_copy(update={"regroup": None, "fields": ()})

    def dated(self, on: date | None) -> Self:
        """Return the rules for the day of the matching: entries of rules without a day of their own expire by it."""
        if on is None:
            return self
        dated = tuple(
            rule.model_copy(update={"on": on}) if getattr(rule, "on", on) is None else rule for rule in self.constraints
        )
        return self.model_copy(update={"constraints": dated})


_CLASSES = several_of(type, Text(zh="类的列表", en="a list of classes"))


@takes(constraint_classes=_CLASSES, stage_classes=_CLASSES)
def read_rules(
    path: Source,
    *,
    constraint_classes: Iterable[type[Constraint]] = (),
    stage_classes: Iterable[type[Stage]] = (),
) -> Rules:
    """Read a rules file.

    Parameters
    ----------
    path : path-like, bytes or file object
        TOML with the optional keys ``mechanism``, ``priorities``, ``mentor_kinds`` and ``choice_rounds`` and the tables
        ``[[field]]``, ``[[constraint]]`` and ``[[stage]]``, each with that rule's or stage's parameters; or a workbook,
        or a folder of CSV files, with a sheet 规则 that says the same.
    constraint_classes, stage_classes : iterable of classes
        Rules and stages of your own that the file may name by their kinds, beside ours and those that other packages
        offer as entry points.

    Raises
    ------
    FileError
        When the file cannot be read.
    RulesError
        When it is no TOML, or says something that makes no sense: all problems at once, each with its place, what was
        given, what was expected, and what may have been meant.
    """
    with as_file(path, ".toml") as file:
        if not _is_school(file):
            return _rules_of(_toml(file), str(file), {}, constraint_classes, stage_classes)
        found = rules_of_school(file, constraint_classes=constraint_classes, stage_classes=stage_classes)
        if found is None:
            raise RulesError(
                Text(zh=f"{file} 里没有“规则”这张工作表。", en=f"{file} has no sheet of rules ('规则' or 'rules')."),
                maybe=Text(zh="用 mentormatch template 的“规则”表。", en="take the sheet of `mentormatch template`."),
            )
        return found


def rules_of_school(
    path: str | Path,
    *,
    constraint_classes: Iterable[type[Constraint]] = (),
    stage_classes: Iterable[type[Stage]] = (),
) -> Rules | None:
    """Read the rules that a school's own workbook, or folder of CSV files, holds.

    Parameters
    ----------
    path : str or Path
        The school. Its sheet 规则 (rule, parameter, value, note) means what a rules file means; the notes of its
        template may name own columns.
    constraint_classes, stage_classes
        As in `read_rules`.

    Returns
    -------
    Rules or None
        None where it says nothing.
    """
    path = Path(path)
    if not _is_school(path):
        return None
    said = sheet_rules(path, TEAMS | {"regroup": Regrouping, "selection": Selection, "survey": SurveyMapping})
    named = note_fields(open_source(path))
    if said is None:
        return Rules(fields=named) if named else None
    rules = _rules_of(said.data, str(path), said.places, constraint_classes, stage_classes)
    known = {each.name for each in rules.fields}
    return rules.model_copy(update={"fields": (*rules.fields, *(each for each in named if each.name not in known))})


def rules_data(rules: Rules) -> dict[str, Any]:
    """Return rules as the parser of a rules file returns them: what was written, and nothing of the defaults."""
    data = rules.model_dump(mode="python", by_alias=True, exclude_unset=True, exclude_none=True)
    for key in ("constraint", "stage"):
        for table in data.get(key, ()):
            for name, value in table.items():
                if name == "where" or _is_by_id(value):
                    table[name] = {each: item if not isinstance(item, tuple) else list(item) for each, item in value}
    return {key: value for key, value in data.items() if value is not None and value != ()}


def _is_by_id(value: Any) -> bool:
    """Tell whether a value is one number for each of some mentors, which a rules file writes as a table."""
    return (
        isinstance(value, tuple)
        and bool(value)
        and all(isinstance(item, tuple) and len(item) == 2 and isinstance(item[1], int) for item in value)
    )


def _toml(path: Path) -> Mapping[str, Any]:
    return read_toml(path, what=Text(zh="规则文件", en="the rules file"), error=RulesError, maybe=_HOW)


def _is_school(path: Path) -> bool:
    return path.is_dir() or path.suffix.lower() in (".xlsx", ".xlsm")


def _rules_of(
    given: Mapping[str, Any],
    path: str,
    places: Mapping[tuple[str, int], str],
    constraint_classes: Iterable[type[Constraint]],
    stage_classes: Iterable[type[Stage]],
) -> Rules:
    found = Findings()
    constraints: _Kinds[type[Constraint]] = _Kinds("constraint", CONSTRAINT_KINDS, constraint_classes)
    stages: _Kinds[type[Stage]] = _Kinds("stage", STAGE_KINDS, stage_classes)
    data = _tuples(given)
    for key in data:
        if key not in KEYS:
            found.add(key, "没有这个键", "there is no such key", near=get_close_matches(key, KEYS), known=KEYS)
    rules: dict[str, Any] = {
        "mechanism": _mechanism(data.get("mechanism"), found),
        "priorities": _priorities(data.get("priorities"), found),
        "mentor_kinds": _mentor_kinds(data.get("mentor_kinds", ("in_school",)), found),
        "choice_rounds": _choice_rounds(data.get("choice_rounds", ()), found),
        "regroup": _model(Regrouping, data["regroup"], "[regroup]", found) if "regroup" in data else None,
        "selection": _model(Selection, data["selection"], "[selection]", found) if "selection" in data else None,
        "survey": _model(SurveyMapping, data["survey"], "[survey]", found) if "survey" in data else None,
        **{name: _model(TEAMS[name], data[name], f"[{name}]", found) for name in TEAMS if name in data},
        "fields": _fields(data.get("field", ()), found, places),
        "constraints": _tables(data.get("constraint", ()), constraints, stages, found, places),
        "stages": _tables(data["stage"], stages, constraints, found, places) if "stage" in data else None,
    }
    if found.lines:
        number = len(found.lines)
        raise RulesError(
            found.told(
                Text(zh=f"规则文件 {path} 有 {number} 处问题:", en=f"The rules file {path} has {number} problem(s):")
            )
        )
    return Rules.model_validate(rules)._knowing(  # noqa: SLF001  # of this module's own class
        _notices=(*constraints.notices, *stages.notices)
    )


def _tuples(value: Any) -> Any:
    """Turn lists into tuples: fields are tuples, and are validated strictly so that no value is guessed."""
    if isinstance(value, list):
        return tuple(_tuples(item) for item in value)
    return {key: _tuples(item) for key, item in value.items()} if isinstance(value, dict) else value


def _mechanism(value: Any, found: Findings) -> str | None:
    if value is None or (isinstance(value, str) and value):
        return value
    found.add("mechanism", f"应为机制名称(加引号),现为 {shown(value)}", f"must be a name in quotes; got {shown(value)}")
    return None


def _priorities(value: Any, found: Findings) -> tuple[Any, ...] | None:
    if value is None:
        return None
    if not isinstance(value, tuple):
        found.add("priorities", f"应为列表 [...],现为 {shown(value)}", f"must be a list [...]; got {shown(value)}")
        return None
    tiers: list[Any] = []
    for position, given in enumerate(value, start=1):
        place = f"priorities[{position}]"
        name = _model(PriorityGroup, given, place, found) if isinstance(given, dict) else given
        if name is None:
            continue
        if not isinstance(name, PriorityGroup) and name not in PRIORITIES:
            near = get_close_matches(str(name), PRIORITIES)
            found.add(place, f"没有 {shown(name)} 这一级", f"there is no {shown(name)}", near=near, known=PRIORITIES)
        elif name in tiers:
            found.add(place, f"{shown(given)} 重复", f"{shown(given)} stands twice")
        tiers.append(name)
    return tuple(tiers)


def _mentor_kinds(value: Any, found: Findings) -> tuple[Any, ...]:
    known = get_args(MentorKind)
    if not isinstance(value, tuple) or not value:
        found.add("mentor_kinds", f"应为列表 [...],现为 {shown(value)}", f"must be a list [...]; got {shown(value)}")
        return ()
    kinds: tuple[Any, ...] = tuple(map(code_of(MENTOR_KINDS), value))
    for position, name in enumerate(kinds, start=1):
        if name not in known:
            near = get_close_matches(str(name), known)
            place = f"mentor_kinds[{position}]"
            found.add(place, f"没有 {shown(name)} 这一类", f"there is no {shown(name)}", near=near, known=known)
    return kinds


def _choice_rounds(value: Any, found: Findings) -> tuple[Any, ...]:
    whole = isinstance(value, tuple) and all(isinstance(n, int) and not isinstance(n, bool) and n > 0 for n in value)
    if not whole:
        found.add(
            "choice_rounds",
            f"应为正整数的列表,如 [2, 3],现为 {shown(value)}",
            f"must be a list of whole numbers above 0, such as [2, 3]; got {shown(value)}",
        )
        return ()
    return tuple(value)


def _fields(tables: Any, found: Findings, places: Mapping[tuple[str, int], str]) -> tuple[Any, ...]:
    if not _are_tables(tables, "field", found):
        return ()
    read = (
        _model(SchoolField, table, places.get(("field", position), f"[[field]] {position}"), found)
        for position, table in enumerate(tables, start=1)
    )
    return tuple(field for field in read if field is not None)


def _are_tables(tables: Any, key: str, found: Findings) -> bool:
    if isinstance(tables, tuple) and all(isinstance(table, dict) for table in tables):
        return True
    found.add(key, f"每条须以双括号 [[{key}]] 开头", f"each one must start with double brackets, [[{key}]]")
    return False


class _Kinds(Generic[C]):
    """The classes that the tables of one name may mean, and what is to be told about how they were named."""

    def __init__(self, key: str, registry: Registry[C], own: Iterable[C]) -> None:
        self.key, self.registry, self.own = key, registry, {kind_of(each): each for each in own}
        self.notices: list[Text] = []

    @property
    def names(self) -> tuple[str, ...]:
        """All kinds that may be written."""
        return (*self.own, *self.registry.names)

    def find(self, kind: str) -> C | None:
        """Return the class of a kind; a kind of former days is taken, and told."""
        found = self.own.get(kind) or self.registry.find(kind)
        now = None if found is None or kind in self.own else self.registry.name_now(kind)
        if now is not None:
            self.notices.append(
                Text(
                    zh=f'[[{self.key}]] 的 kind = "{kind}" 已改名为 "{now}";旧名仍可用,请改写。',
                    en=f'The kind "{kind}" of a [[{self.key}]] is called "{now}" now; the old name still works.',
                )
            )
        return found


def _tables(
    tables: Any, kinds: _Kinds[C], others: _Kinds[Any], found: Findings, places: Mapping[tuple[str, int], str]
) -> tuple[BaseModel, ...]:
    """Return the models that the tables of one name describe."""
    key = kinds.key
    if not _are_tables(tables, key, found):
        return ()
    models = []
    for position, table in enumerate(tables, start=1):
        kind, place = table.get("kind"), places.get((key, position), f"[[{key}]] {position}")
        if not isinstance(kind, str):
            found.add(place, '缺少 kind = "..."', "'kind' must be there, in quotes", known=kinds.names)
            continue
        try:
            part = kinds.find(kind)
        except InputError as error:  # what another package offers cannot be used
            found.add_refusal(place, error)
            continue
        if part is not None:
            model = _model(part, {**table, "kind": kind_of(part)}, f"{place} ({kind})", found)
            models += [] if model is None else [model]
        elif kind in others.names:
            found.add(place, f"{kind} 须写在 [[{others.key}]] 下", f"{kind} belongs under [[{others.key}]]")
        else:
            near = get_close_matches(kind, kinds.names)
            found.add(place, f"没有 kind = {shown(kind)}", f"no kind {shown(kind)}", near=near, known=kinds.names)
    return tuple(models)


def _model(model: type[BaseModel], table: Mapping[str, Any], place: str, found: Findings) -> BaseModel | None:
    try:
        return model.model_validate(table, strict=True)
    except RulesError as error:
        found.add_refusal(place, error)
    except ValidationError as error:
        found.add_invalid(model, place, error)
    return None
