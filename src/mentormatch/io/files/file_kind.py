"""Tell what a file is before any reader opens it, so that a wrong one gets a sentence that helps."""

from pathlib import Path
from typing import Literal

from mentormatch.base.errors import FileError
from mentormatch.base.text import Text

FileKind = Literal["workbook", "csv_folder"]

_WORKBOOKS = {".xlsx", ".xlsm"}
_OTHER_SPREADSHEETS = {".xls", ".xlsb", ".xlt", ".et", ".ett", ".ods", ".fods", ".numbers", ".wps"}
_SEPARATED_TEXTS = {".csv", ".tsv", ".txt"}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MIB = 1 << 20

SAVE_AS_XLSX = Text(
    zh="用 Excel 或 WPS 打开它,“另存为” Excel 工作簿(.xlsx),再试一次",
    en="open it in Excel or WPS, save it as an Excel workbook (.xlsx), and try again",
)


def file_kind(path: Path) -> FileKind:
    """Return what a path holds, or say why it cannot be read.

    Raises
    ------
    FileError
        The path is missing, not readable, empty, or neither an .xlsx workbook nor a folder.
    """
    try:
        if path.is_dir():
            return "csv_folder"
        if not path.exists():
            raise FileError(
                Text(zh=f"找不到文件:{path}", en=f"There is no such file: {path}"),
                maybe=Text(
                    zh="检查文件名和文件夹是否写对(含扩展名 .xlsx)",
                    en="check the spelling of the name and the folder, the ending .xlsx included",
                ),
            )
        if not path.is_file():
            raise FileError(Text(zh=f"不是普通文件:{path}", en=f"This is not an ordinary file: {path}"))
        with path.open("rb") as stream:
            start = stream.read(_MIB)
    except OSError as error:
        raise unreadable(path, error) from error
    except ValueError as error:  # a NUL in the path
        raise FileError(Text(zh=f"文件名无效:{str(path)!r}", en=f"Not a file name: {str(path)!r}")) from error
    _refuse_other_kinds(path, start)
    return "workbook"


def unreadable(path: Path, error: OSError) -> FileError:
    """Return the error for a file or folder that the system does not let us read."""
    if isinstance(error, PermissionError):
        return FileError(
            Text(zh=f"没有读取权限,或文件被其他程序锁定:{path}", en=f"Not allowed to read, or locked: {path}"),
            maybe=Text(
                zh="在 Excel 中关闭该文件,或请管理员开放读取权限",
                en="close it in Excel, or ask for permission to read it",
            ),
        )
    reason = error.strerror or type(error).__name__
    return FileError(Text(zh=f"无法读取 {path}:{reason}", en=f"Cannot read {path}: {reason}"))


def damaged(path: Path, where: str = "") -> FileError:
    """Return the error for a workbook that is broken inside."""
    part = f" ({where})" if where else ""
    return FileError(
        Text(
            zh=f"工作簿已损坏或不完整,无法读取:{path}{part}",
            en=f"The workbook is damaged or incomplete and cannot be read: {path}{part}",
        ),
        maybe=Text(
            zh="重新拷贝或下载该文件;如果 Excel 或 WPS 还能打开,另存为新的 .xlsx",
            en="copy or download it again; if Excel or WPS still opens it, save it as a new .xlsx",
        ),
    )


def _refuse_other_kinds(path: Path, start: bytes) -> None:
    suffix = path.suffix.lower()
    if suffix in _SEPARATED_TEXTS:
        raise FileError(
            Text(
                zh=f"需要整个文件夹,而不是单个 {suffix} 文件:{path}",
                en=f"A folder is needed, not a single {suffix} file: {path}",
            ),
            maybe=Text(
                zh="把“学生.csv”“导师.csv”等放进一个文件夹,给出该文件夹的路径",
                en="put students.csv, mentors.csv and the others in one folder and give the folder",
            ),
        )
    if not start:
        raise FileError(
            Text(zh=f"文件是空的(0 字节):{path}", en=f"The file is empty (0 bytes): {path}"),
            maybe=Text(zh="重新拷贝或导出该文件", en="copy or export it again"),
        )
    if start.startswith(_OLE):
        _refuse_ole(path)
    if suffix in _OTHER_SPREADSHEETS:
        raise FileError(
            Text(zh=f"不支持 {suffix} 格式:{path}", en=f"Files of the kind {suffix} are not supported: {path}"),
            maybe=SAVE_AS_XLSX,
        )
    if not start.startswith(b"PK"):
        raise FileError(
            Text(
                zh=f"这不是 Excel 工作簿(.xlsx){_looks_like(start).zh}:{path}",
                en=f"This is not an Excel workbook (.xlsx){_looks_like(start).en}: {path}",
            ),
            maybe=SAVE_AS_XLSX,
        )
    if suffix not in _WORKBOOKS:
        raise FileError(
            Text(
                zh=f"文件名应以 .xlsx 结尾,现为“{path.name}”:{path}",
                en=f"The name should end in .xlsx and is {path.name!r}: {path}",
            ),
            maybe=SAVE_AS_XLSX,
        )


def _refuse_ole(path: Path) -> None:
    """Refuse the container of old .xls files, in which Excel also hides workbooks that have a password."""
    try:
        encrypted = _ENCRYPTED in path.read_bytes()
    except OSError as error:
        raise unreadable(path, error) from error
    if encrypted:
        raise FileError(
            Text(zh=f"工作簿设有打开密码:{path}", en=f"The workbook is protected by a password: {path}"),
            maybe=Text(
                zh="用 Excel 或 WPS 打开,去掉打开密码后另存为 .xlsx",
                en="open it in Excel or WPS, remove the password, and save it as .xlsx",
            ),
        )
    raise FileError(
        Text(
            zh=f"这是旧版表格(.xls 或 .et),不是 .xlsx:{path}",
            en=f"This is a workbook of an old kind (.xls or .et), not an .xlsx: {path}",
        ),
        maybe=SAVE_AS_XLSX,
    )


def _looks_like(start: bytes) -> Text:
    head = start[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta", b"<head")):
        return Text(zh=",看起来是网页表格", en="; it looks like a web page with a table")
    if head.startswith((b"\x89png", b"\xff\xd8\xff", b"gif8", b"%pdf")):
        return Text(zh=",看起来是图片或 PDF", en="; it looks like a picture or a PDF")
    if b"\0" not in start[:512]:
        return Text(zh=",看起来是文本文件", en="; it looks like a text file")
    return Text(zh="", en="")


def refuse_other_archives(path: Path, names: set[str]) -> None:
    """Refuse a ZIP that is a file of another program, by the names of its parts."""
    if any(name.lower() == "xl/workbook.xml" for name in names):
        return
    if "xl/workbook.bin" in names:
        what = Text(zh="二进制工作簿(.xlsb)", en="a binary workbook (.xlsb)")
    elif "Index/Document.iwa" in names:
        what = Text(zh="Numbers 表格", en="a Numbers spreadsheet")
    elif "word/document.xml" in names:
        what = Text(zh="Word 文档", en="a Word document")
    elif "content.xml" in names:
        what = Text(zh="OpenDocument 文件(.ods)", en="an OpenDocument file (.ods)")
    else:
        what = Text(zh="压缩包", en="an archive")
    raise FileError(
        Text(
            zh=f"这不是 Excel 工作簿(.xlsx),而是{what.zh}:{path}",
            en=f"This is not an Excel workbook (.xlsx) but {what.en}: {path}",
        ),
        maybe=SAVE_AS_XLSX,
    )
