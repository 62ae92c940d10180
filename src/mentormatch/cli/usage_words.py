"""What click says about a command that is written wrongly, in Chinese."""

import re

import click

_HINT = r"\.?(?:\s*\(?(?:Did you mean|Possible options)(?: one of)?:? (.+?)\??\)?\.?)?"
_WORDS: tuple[tuple[str, str], ...] = (
    (r"Missing option '([^']+)'\.?.*", "缺少选项 {0}"),
    (r"Missing argument '([^']+)'\.?.*", "缺少 {0}:要给出文件"),
    (r"Missing parameter: (.+)", "缺少 {0}"),
    (r"Missing command\.", "没有写命令;mentormatch --help 列出所有命令"),
    (rf"No such command '([^']+)'{_HINT}", "没有命令 {0}{1};mentormatch --help 列出所有命令"),
    (rf"No such option:? '?([^'\s]+?)'?{_HINT}", "没有选项 {0}{1}"),
    (r"Option '([^']+)' requires an argument\.", "选项 {0} 后面要写值"),
    (r"Option '([^']+)' requires (\d+) arguments\.", "选项 {0} 后面要写 {1} 个值"),
    (r"Option '([^']+)' does not take a value\.", "选项 {0} 后面不写值"),
    (r"Got unexpected extra arguments? \((.+)\)", "多出来的内容:{0};路径中有空格时请加引号"),
    (r"Argument '([^']+)' takes (\d+) values\.", "{0} 要给出 {1} 个"),
    (r"'(.+)' is not a valid integer(?: range)?\.", "“{0}”不是整数"),
    (r"'(.+)' is not a valid (?:float|number)(?: range)?\.", "“{0}”不是数"),
    (r"'(.+)' is not one of (.+)\.", "“{0}”不在可选的值中:{1}"),
    (r"(.+) is not in the range (.+)\.", "{0} 不在范围 {1} 内"),
    (r"\w+ '(.+)' does not exist\.", "文件不存在:{0}"),
    (r"\w+ '(.+)' is a directory\.", "这是文件夹,需要文件:{0}"),
    (r"\w+ '(.+)' is a file\.", "这是文件,需要文件夹:{0}"),
    (r"\w+ '(.+)' is not readable\.", "文件不能读取:{0}"),
    (r"\w+ '(.+)' is not writable\.", "文件不能写入:{0}"),
)
_PATTERNS = tuple((re.compile(pattern, re.DOTALL), words) for pattern, words in _WORDS)
_INVALID = re.compile(r"Invalid value(?: for (?:'([^']+)'|([^:]+)))?: (.*)", re.DOTALL)
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def usage_lines(error: click.ClickException) -> list[str]:
    """Return what is wrong with a command in Chinese, and where to read how it is written.

    Examples
    --------
    >>> usage_lines(click.UsageError("Missing option '-o' / '--output'."))
    ['命令写得不对:缺少选项 -o。']
    """
    lines = [f"命令写得不对:{_said(error.format_message())}。"]
    context = getattr(error, "ctx", None)
    if context is not None:
        lines.append(f"用法见:{context.command_path} --help")
    return lines


def _said(message: str) -> str:
    message = message.strip()
    invalid = _INVALID.fullmatch(message)
    if invalid is not None:
        where = (invalid[1] or invalid[2] or "").strip("' ")
        what = _said(invalid[3])
        return f"{where}:{what}" if where else what
    for pattern, words in _PATTERNS:
        found = pattern.fullmatch(message)
        if found is not None:
            first, second = (group.replace("'", "") for group in [*(each or "" for each in found.groups()), "", ""][:2])
            is_hint = words.startswith("没有") and second
            return words.format(first, f",是不是 {second.replace(', ', '、')}" if is_hint else second)
    return _chinese_part(message).rstrip("。.")


def _chinese_part(message: str) -> str:
    """Return the Chinese half of a message of ours that tells both languages."""
    if _CHINESE.search(message) is None:
        return message
    return message.split(" / ")[0]
