"""Refuse outputs that would destroy an input or each other, before anything is read."""

from collections.abc import Sequence
from pathlib import Path

from mentormatch.base.errors import FileError
from mentormatch.base.text import Text
from mentormatch.io.files.mark import is_own_and_unchanged


def check_paths(
    inputs: Sequence[Path],
    outputs: Sequence[Path],
    *,
    workbooks: Sequence[Path | None] = (),
    pictures: Sequence[Path | None] = (),
    force: bool = False,
) -> None:
    """Check the files of a command.

    Parameters
    ----------
    inputs : sequence of Path
        Files or folders that are read.
    outputs : sequence of Path
        Files that are to be written.
    workbooks : sequence of Path or None
        Those of them that must end in ``.xlsx``; None is skipped.
    pictures : sequence of Path or None
        Those that must end in ``.svg``.
    force : bool
        Whether a workbook may be overwritten that this program did not write, or that was changed since.

    Raises
    ------
    FileError
        When an output is an input, lies among the CSV files of one, is named twice, should end otherwise, or would
        overwrite what somebody has typed.
    """
    for path, ending in (*((path, ".xlsx") for path in workbooks), *((path, ".svg") for path in pictures)):
        if path is not None and path.suffix.lower() != ending:
            raise FileError(
                Text(zh=f"文件名应以 {ending} 结尾:{path}", en=f"The file's name must end in {ending}: {path}"),
                maybe=Text(zh=str(path.with_suffix(ending)), en=f"you meant {path.with_suffix(ending)}."),
            )
    read = {path.resolve() for path in inputs}
    written = [path.resolve() for path in outputs]
    for path in written:
        if path in read or (path.suffix.lower() == ".csv" and read.intersection(path.parents)):
            raise FileError(
                Text(zh=f"不能覆盖输入文件:{path.name}", en=f"The input must not be overwritten: {path.name}")
            )
    if len(set(written)) < len(written):
        raise FileError(Text(zh="两个输出写到同一个文件。", en="Two outputs would go to the same file."))
    if not force:
        for path in workbooks:
            if path is not None and path.is_file() and not is_own_and_unchanged(path):
                raise FileError(
                    Text(
                        zh=f"{path} 不是本程序写出的,或写出后被人改过(例如勾选了交接),没有覆盖。",
                        en=f"{path} was not written by this program, or somebody has changed it since (ticks, for "
                        "example), so it is not overwritten.",
                    ),
                    maybe=Text(
                        zh="换一个文件名;确实要覆盖时加 --force。",
                        en="choose another name, or add --force to overwrite.",
                    ),
                )
