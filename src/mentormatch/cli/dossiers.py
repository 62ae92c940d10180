"""``mentormatch dossiers``: one file a pupil, and packages for the schools that pupils go to."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mentormatch.base.text import Language, Text
from mentormatch.cli.exit_codes import SOLVED
from mentormatch.cli.options import accept_issues_option, date_option, day_of, force_option, lang_option
from mentormatch.cli.school_argument import school_argument

if TYPE_CHECKING:
    from mentormatch.base.edition import Edition
    from mentormatch.roster.roster import Roster
    from mentormatch.roster.student import Student


@click.command()
@school_argument
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="写入的文件夹 · The folder to write.",
)
@click.option(
    "--student",
    "students",
    multiple=True,
    metavar="ID",
    help="学号,或不重名的姓名,可重复给出 · A pupil; may be repeated.",
)
@click.option("--class", "classes", multiple=True, metavar="CLASS", help="班级,可重复给出 · A class; may be repeated.")
@click.option(
    "--leaving",
    is_flag=True,
    help="毕业年级的全部学生,并为升入的学校各写一个档案包 · All pupils of the last grades, and a package for each "
    "school that they go to.",
)
@click.option("--school", "school_name", metavar="NAME", help="本校名称,写入档案包 · This school's name, in packages.")
@click.option("--stages", metavar="NAME", help="学制,同 promote · The stage system, as in promote.")
@click.option("--names", is_flag=True, help="写出姓名(供校内) · With names, for the school.")
@click.option("--staff", is_flag=True, help="内部版:关爱、原因、角色名称 · For staff: care, reasons, role names.")
@date_option(Text("档案截止日,毕业生的最后一天", "The day of the files, the last one of pupils who leave"))
@force_option
@accept_issues_option
@lang_option
def dossiers(
    school: Path,
    output: Path,
    students: tuple[str, ...],
    classes: tuple[str, ...],
    leaving: bool,
    on: datetime | None,
    lang: Language,
    force: bool,
    accept_issues: bool,
    **given: str | bool | None,
) -> int:
    """Write one printable page a pupil (HTML and xlsx): mentors of every role, why they ended, hand-overs, groups.

    Without --names there are ids alone; what is confidential is in the edition for --staff only. A package (JSON and
    workbook) is read by the receiving school with `mentormatch promote --entrants`.
    """
    from mentormatch.base.edition import Edition
    from mentormatch.cli.called import Called
    from mentormatch.cli.language import language_of_files
    from mentormatch.cli.solve import refuse_errors
    from mentormatch.documents.open_school import read_roster
    from mentormatch.roster.stage_system import stage_system
    from mentormatch.year.dossiers import chosen_students

    if not (students or classes or leaving):
        raise click.UsageError(
            "请给出 --student、--class 或 --leaving。" if lang == "zh" else "Give --student, --class or --leaving."
        )
    roster = read_roster(school)
    refuse_errors(roster, accept_issues=accept_issues)
    day = day_of(on, roster)
    stages = given["stages"]
    last = stage_system(roster, None if stages is None else str(stages)).last_grades if leaving else ()
    called = Called(roster)
    students = tuple(map(called.student, students))
    chosen = chosen_students(roster, students=students, classes=classes, last_grades=last)
    edition = Edition(staff=bool(given["staff"]), names=bool(given["names"] or given["staff"]))
    name = str(given["school_name"] or school.stem)
    job = _Folder(output, edition, language_of_files(roster, lang), force)
    job.write(roster, chosen)
    click.echo(f"{len(chosen)} 名学生的档案:{output}" if lang == "zh" else f"Files of {len(chosen)} pupils: {output}")
    if leaving:
        for line in job.write_packages(roster, chosen, name, day):
            click.echo(line.in_language(lang))
    return SOLVED


class _Folder:
    """The folder of a command, the edition of its files, and their language."""

    def __init__(self, folder: Path, edition: "Edition", lang: Language, force: bool) -> None:
        self._folder, self._edition, self._force = folder, edition, force
        self._lang: Language = lang
        self._used: set[str] = set()

    def _stem(self, name: str) -> Path:
        from mentormatch.report.class_sheets import sheet_title

        title = sheet_title(name, self._used)
        self._used.add(title.casefold())
        return self._folder / title

    def write(self, roster: "Roster", chosen: "tuple[Student, ...]") -> None:
        """Write the pages and workbooks of pupils, and one page with all of them."""
        from mentormatch.cli.paths import check_paths
        from mentormatch.io.files.atomic import atomic_path
        from mentormatch.io.files.new_workbook import new_workbook
        from mentormatch.report.workbook import write_tables
        from mentormatch.year.dossier_paper import facts_table, paper_of
        from mentormatch.year.dossiers import dossier_tables
        from mentormatch.year.dossiers import dossiers as files_of
        from mentormatch.year.paper import paper_page

        self._folder.mkdir(parents=True, exist_ok=True)
        lang: Language = self._lang
        files = files_of(roster, chosen, self._edition)
        stems = [self._stem(each.student.student_id) for each in files]
        check_paths([], [], workbooks=[stem.with_name(f"{stem.name}.xlsx") for stem in stems], force=self._force)
        papers = [paper_of(each, roster, self._edition, lang) for each in files]
        for each, stem, paper in zip(files, stems, papers, strict=True):
            page = paper_page(paper.title, [paper], lang)
            with atomic_path(stem.with_name(f"{stem.name}.html")) as temp:
                temp.write_text(page, encoding="utf-8")
            with new_workbook(stem.with_name(f"{stem.name}.xlsx")) as book:
                tables = dossier_tables(each, roster, self._edition, lang)
                write_tables(book, [facts_table(each, self._edition, lang), *tables])
        if len(papers) > 1:
            title = Text("学生档案", "Files of pupils").in_language(lang)
            with atomic_path(self._stem(Text("全部", "all").in_language(lang)).with_suffix(".html")) as temp:
                temp.write_text(paper_page(title, papers, lang), encoding="utf-8")

    def write_packages(self, roster: "Roster", chosen: "tuple[Student, ...]", name: str, last_day: date) -> list[Text]:
        """Write a package for each receiving school; return what there is to say."""
        from mentormatch.cli.paths import check_paths
        from mentormatch.year.dossiers import dossiers as files_of
        from mentormatch.year.package import by_receiving_school, package, write_package

        said: list[Text] = []
        for to, students in by_receiving_school(chosen).items():
            files = files_of(roster, students, self._edition)
            sent = package(files, roster, self._edition, from_school=name, last_day=last_day)
            stem = self._stem(Text("档案包", "package").in_language(self._lang) + (f"-{to}" if to else ""))
            check_paths([], [], workbooks=[stem.with_name(f"{stem.name}.xlsx")], force=self._force)
            book, _ = write_package(sent, stem, self._lang)
            said.append(Text("档案包({} 名):{}", "Package ({} pupils): {}").format(len(students), book.name))
        if not self._edition.names:
            said.append(Text("不加 --names,档案包里没有姓名。", "Without --names there is no name in the packages."))
        return said
