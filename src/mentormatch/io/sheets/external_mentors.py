"""The sheet of external mentors."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import TypeAdapter

from mentormatch.base.text import Text
from mentormatch.io.cells.plain_text import shown_id
from mentormatch.io.cells.reading import Finding
from mentormatch.io.people import KnownMentor, MentorDirectory, is_external
from mentormatch.io.sheet_reader import SheetReader
from mentormatch.io.sheets.spans import refuse_reversed_dates
from mentormatch.roster.external_mentor import ExternalMentor
from mentormatch.roster.mentor import Mentor
from mentormatch.roster.vocabulary import MentorKind

_EXTERNALS = TypeAdapter(tuple[ExternalMentor, ...])


def read_external_mentors(
    reader: SheetReader, mentors: Sequence[Mentor], directory: MentorDirectory
) -> tuple[tuple[ExternalMentor, ...], MentorDirectory]:
    """Read the external mentors, and the directory in which the other sheets look them up."""
    columns: dict[str, Sequence[Any]] = {**reader.values({}, but=("lead_mentor_id",))}
    ids = columns["external_id"]
    reader.refuse_repeated("external_id", ids)
    kinds: dict[str, MentorKind] = {mentor.mentor_id: mentor.kind for mentor in mentors}
    _refuse_ids_of_mentors(reader, ids, kinds)
    people = [KnownMentor(external_id, name, None) for external_id, name in zip(ids, columns["name"], strict=True)]
    outsiders = MentorDirectory({external_id: "active" for external_id in ids if external_id is not None}, people)
    refuse_reversed_dates(reader, "check_valid_to", columns["check_date"], columns["check_valid_to"])
    columns["lead_mentor_id"] = _read_leads(reader, directory.beside(outsiders, is_external), kinds)
    externals = reader.entities(_EXTERNALS, {**columns, "extra": reader.extras()})
    return externals, MentorDirectory({external.external_id: "active" for external in externals}, people)


def _refuse_ids_of_mentors(reader: SheetReader, ids: Sequence[str | None], kinds: Mapping[str, MentorKind]) -> None:
    """Refuse the rows whose ID belongs to a mentor of the school; an external may stand on both sheets."""
    for position, external_id in enumerate(ids):
        if external_id is not None and kinds.get(external_id, "external") != "external":
            finding = Finding(
                "id_of_mentor",
                Text(
                    zh=f"编号 {shown_id(external_id)} 已是导师表中校内导师(或学长)的工号",
                    en=f"The ID {shown_id(external_id)} belongs to a mentor of the school already",
                ),
                Text(zh="给校外导师另编一个编号", en="give the external an ID of its own"),
            )
            reader.refuse_row(position, "external_id", finding)


def _read_leads(reader: SheetReader, mentors: MentorDirectory, kinds: Mapping[str, MentorKind]) -> list[str | None]:
    """Return the lead of each row; one that is no mentor of the school is refused, one on leave is reported."""
    leads = reader.column("lead_mentor_id", mentors.resolve)
    for position, lead in enumerate(leads):
        if lead is None:
            continue
        if kinds[lead] != "in_school":
            reader.refuse_cell(position, "lead_mentor_id", _no_lead(lead))
            leads[position] = None
        elif mentors.is_on_leave(lead):
            reader.warn(
                position,
                "lead_mentor_id",
                "lead_on_leave",
                f"{shown_id(lead)} 目前不在岗,不能带小组",
                f"{shown_id(lead)} is on leave and can lead no group",
            )
    return leads


def _no_lead(lead: str) -> Finding:
    return Finding(
        "lead_not_in_school",
        Text(zh=f"{shown_id(lead)} 不是校内导师", en=f"{shown_id(lead)} is no mentor of the school"),
        Text(zh="填写一位校内导师的工号,或留空", en="write the ID of a mentor of the school, or leave it empty"),
    )
