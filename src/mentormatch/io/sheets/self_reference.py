"""Nobody is his or her own mentor."""

from collections.abc import Sequence

from mentormatch.base.text import Text
from mentormatch.io.cells.reading import Finding
from mentormatch.io.sheet_reader import SheetReader

_FINDING = Finding(
    "self_reference",
    Text(zh="学生与导师是同一个编号", en="The student and the mentor are the same person"),
    Text(zh="核对学号和工号", en="check the two IDs"),
)


def refuse_self_references(
    reader: SheetReader, student_ids: Sequence[str | None], mentor_ids: Sequence[str | None]
) -> None:
    """Refuse the rows in which a student is his or her own mentor."""
    for position, (student_id, mentor_id) in enumerate(zip(student_ids, mentor_ids, strict=True)):
        if student_id is not None and student_id == mentor_id:
            reader.refuse_row(position, "mentor_id", _FINDING)
