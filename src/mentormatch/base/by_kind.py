"""A field that holds any rule or any stage: ours, an installed one, or an object of a class of the caller's own."""

from collections.abc import Mapping
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationError
from pydantic_core import CoreSchema, core_schema

from mentormatch.base.errors import RulesError
from mentormatch.base.invalid import Findings
from mentormatch.base.registry import Registry
from mentormatch.base.text import Text

M = TypeVar("M", bound=BaseModel)


def kind_of(model: type[BaseModel]) -> str:
    """Return the kind that a class fixes; empty where it fixes none, as a base class does."""
    field = model.model_fields.get("kind")
    default = None if field is None else field.default
    return default if isinstance(default, str) else ""


class ByKind(Generic[M]):
    """Marks a field as one of a registry's parts, told apart by ``kind``.

    An object of the base class is taken as it is, whoever wrote its class. A table with a ``kind`` becomes an object of
    the class of that kind. Anything else is a `RulesError`.
    """

    def __init__(self, registry: Registry[type[M]], base: type[M]) -> None:
        self.registry, self.base = registry, base

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Return the schema that validates by kind and writes all fields of whatever class stands there."""
        return core_schema.no_info_plain_validator_function(self.validate)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Return one of the schemas of all parts."""
        return {"oneOf": [self._schema_of(part, handler) for part in self.registry.all()]}

    def _schema_of(self, part: type[M], handler: GetJsonSchemaHandler) -> dict[str, Any]:
        schema = handler.resolve_ref_schema(handler(part.__pydantic_core_schema__))
        fields, names = dict(schema["properties"]), [kind_of(part), *self.registry.former_names(part)]
        fields["kind"] = {"const": names[0]} if len(names) == 1 else {"enum": names}
        return {**schema, "properties": fields, "required": ["kind", *schema.get("required", ())]}

    def validate(self, value: Any) -> M:
        """Return the part that a value is or describes."""
        if isinstance(value, self.base):
            return value
        word = self.registry.word
        if not isinstance(value, Mapping) or not isinstance(value.get("kind"), str):
            given, name = value.__name__ if isinstance(value, type) else type(value).__name__, self.base.__name__
            is_class = isinstance(value, type) and issubclass(value, self.base)
            raise RulesError(
                Text(
                    zh=f"{word.zh}应为 {name} 的对象,现为{'类 ' if is_class else ' '}{given}。",
                    en=f"A {word.en} must be a {name} object; got {'the class ' if is_class else 'a '}{given}.",
                ),
                maybe=f"{given}()." if is_class else None,
            )
        part, found = self.registry.get(value["kind"]), Findings()
        try:
            return part.model_validate({**value, "kind": kind_of(part)})
        except ValidationError as error:
            found.add_invalid(part, kind_of(part), error)
        raise RulesError(
            found.told(Text(zh=f"{word.zh}的参数有误:", en=f"The parameters of a {word.en} make no sense:"))
        )
