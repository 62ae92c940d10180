"""The command line: prints, never decides. Heavy imports wait inside the commands, so that help comes at once."""

import os
import sys
from collections.abc import Sequence
from inspect import cleandoc
from typing import NoReturn

import click

from mentormatch.base.errors import InternalError, MentorMatchError
from mentormatch.cli.accounts import accounts
from mentormatch.cli.check import check
from mentormatch.cli.checker import checker
from mentormatch.cli.demo import demo
from mentormatch.cli.diagnose import diagnose
from mentormatch.cli.dossiers import dossiers
from mentormatch.cli.exit_codes import INTERNAL_ERROR, INTERRUPTED, REFUSED
from mentormatch.cli.explain import explain
from mentormatch.cli.fairness import fairness
from mentormatch.cli.interrupts import end_like_ctrl_c, is_interrupt
from mentormatch.cli.language import language_of_arguments
from mentormatch.cli.promote import promote
from mentormatch.cli.purposes import PURPOSES
from mentormatch.cli.rematch import rematch
from mentormatch.cli.review import review
from mentormatch.cli.rules import rules
from mentormatch.cli.sheets import sheets
from mentormatch.cli.solve import solve
from mentormatch.cli.solve_many import solve_many
from mentormatch.cli.streams import make_streams_robust
from mentormatch.cli.study import study
from mentormatch.cli.survey import survey
from mentormatch.cli.team_command import groups, growth_groups, peers, roles
from mentormatch.cli.template import template
from mentormatch.cli.usage_words import usage_lines
from mentormatch.version import __version__


class _InTheOrderOfTheWork(click.Group):
    """Lists the commands as a school needs them, not by the alphabet."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        order = list(PURPOSES)
        return sorted(super().list_commands(ctx), key=lambda name: (name not in order, [*order, name].index(name)))


@click.group(cls=_InTheOrderOfTheWork, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="mentormatch")
def group() -> None:
    """Match students with growth mentors (为学生匹配成长导师)."""


for _command in (
    demo,
    template,
    check,
    solve,
    solve_many,
    diagnose,
    explain,
    fairness,
    checker,
    rematch,
    promote,
    dossiers,
    sheets,
    accounts,
    review,
    rules,
    study,
    survey,
    groups,
    roles,
    growth_groups,
    peers,
):
    if _command.name in PURPOSES:
        purpose = PURPOSES[_command.name]
        _command.short_help = f"{purpose.zh} · {purpose.en}"
        _command.help = f"{purpose.zh}。\n\n{cleandoc(_command.help or '')}"
    group.add_command(_command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code; a user's mistake never ends in a traceback."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    lang = language_of_arguments(given)
    make_streams_robust()
    end_like_ctrl_c()
    try:
        code = group.main(args=given, prog_name="mentormatch", standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except click.exceptions.Abort:
        _tell_interrupted(lang)
    except click.ClickException as error:
        if lang == "zh":  # click itself speaks English
            click.echo("\n".join(usage_lines(error)), err=True)
        else:
            error.show()
        sys.exit(REFUSED)
    except InternalError as error:
        click.echo(error.full_text.zh if lang == "zh" else error.full_text.en, err=True)
        sys.exit(INTERNAL_ERROR)
    except MentorMatchError as error:
        click.echo(error.full_text.zh if lang == "zh" else error.full_text.en, err=True)
        sys.exit(REFUSED)
    except Exception as error:
        if is_interrupt(error):
            _tell_interrupted(lang)
        if os.environ.get("MENTORMATCH_DEBUG") == "1":
            raise
        kind = type(error).__name__
        click.echo(
            f"程序内部错误({kind})。请报告;设 MENTORMATCH_DEBUG=1 可看到详情。"
            if lang == "zh"
            else f"Internal error ({kind}). Please report it; MENTORMATCH_DEBUG=1 shows the details.",
            err=True,
        )
        sys.exit(INTERNAL_ERROR)


def _tell_interrupted(lang: str) -> NoReturn:
    click.echo("已中断,未写入任何文件。" if lang == "zh" else "Interrupted; nothing was written.", err=True)
    sys.exit(INTERRUPTED)
