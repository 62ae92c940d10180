"""Models of pydantic as users meet them: read-only fields to type checkers, and errors of mentormatch."""

from typing import TYPE_CHECKING, Any, ClassVar, Self, dataclass_transform

from pydantic import BaseModel, ConfigDict, Field, GetPydanticSchema, PrivateAttr, ValidationError

from mentormatch.base.model_errors import refused_arguments

if TYPE_CHECKING:
    from pydantic._internal._model_construction import ModelMetaclass
else:
    ModelMetaclass = type(BaseModel)


# Read-only fields may be narrowed in a subclass: `kind: str` by `kind: Literal["quotas"]`. A checker needs to be told
# twice, since pydantic's own metaclass says that fields can be assigned to.
@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(Field, PrivateAttr))
class _FrozenMeta(ModelMetaclass):
    """The metaclass of models whose fields are read-only, to people and to type checkers."""

    if not TYPE_CHECKING:  # a checker takes the arguments from the fields

        def __call__(self, *args: Any, **kwargs: Any) -> Any:
            # Here and not in `__init__`, which pydantic would call for nested models, too, losing where they stand.
            try:
                return super().__call__(*args, **kwargs)
            except ValidationError as error:
                raise refused_arguments(self, error, is_rule=self.is_part_of_rules) from None


class FrozenModel(BaseModel, metaclass=_FrozenMeta):
    """A model that cannot be changed and refuses fields that it does not know.

    Arguments that make no sense raise `InputError`, or `RulesError` where the model is a part of rules.
    `model_validate` and its kin raise pydantic's own error, for frameworks that expect it.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
    is_part_of_rules: ClassVar[bool] = False

    def _knowing(self, **private: Any) -> Self:
        """Return a copy with other values of private attributes."""
        copy = self.model_copy()
        for name, value in private.items():
            setattr(copy, name, value)
        return copy


def validated_as(schema: Any) -> GetPydanticSchema:
    """Return the mark of a field that is annotated with what may be written, and checked and kept as `schema`.

    Examples
    --------
    >>> from collections.abc import Iterable
    >>> from typing import Annotated
    >>> class Names(FrozenModel):
    ...     names: Annotated[Iterable[str], validated_as(tuple[str, ...])]
    >>> Names(names=["a", "b"]).names
    ('a', 'b')
    """
    return GetPydanticSchema(lambda _source, handler: handler.generate_schema(schema))
