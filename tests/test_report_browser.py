"""The report page in a real browser: what a reader does with it, what it asks for, and whether everyone can use it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

import mentormatch as mm
from mentormatch.report.page import write_page
from programs import program
from samples import SAMPLES

DAY = date(2024, 11, 11)
QUIET = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


@dataclass
class Watched:
    """A page, what it asked for, and what it complained of."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = program("chromium", "chromium-browser", "google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def school() -> tuple[mm.Roster, mm.Result]:
    roster = mm.read_roster(SAMPLES / "school.xlsx")
    return roster, mm.match(roster, on=DAY)


@pytest.fixture(scope="module")
def report(school: tuple[mm.Roster, mm.Result], tmp_path_factory: pytest.TempPathFactory) -> Path:
    roster, result = school
    path = tmp_path_factory.mktemp("report") / "report.html"
    write_page(result, path, "zh", issues=roster.issues, on=DAY, roster=roster)
    return path


@contextmanager
def opened(browser: Browser, path: Path, *, width: int = 1200, height: int = 900) -> Iterator[Watched]:
    context = browser.new_context(viewport={"width": width, "height": height})
    watched = Watched(context.new_page())
    watched.page.on("request", lambda request: watched.requests.append(request.url))
    watched.page.on("console", lambda message: watched.complaints.append(message.text))
    watched.page.on("pageerror", lambda error: watched.complaints.append(str(error)))
    watched.page.goto(path.as_uri())
    yield watched
    context.close()
    assert watched.requests == [path.as_uri()]
    assert watched.complaints == []


def shown_rows(page: Page) -> list[list[str]]:
    return page.eval_on_selector_all(
        "#pairs tbody tr:not(.open)",
        "rows => rows.filter(r => !r.hidden).map(r => [...r.cells].map(c => c.innerText.trim()))",
    )


def test_a_search_finds_a_student_and_its_why_opens(browser: Browser, report: Path) -> None:
    with opened(browser, report) as watched:
        page = watched.page
        assert len(shown_rows(page)) == 1080
        page.fill("#search", "２０２４０１０５")  # full-width, as an office types
        assert [row[0] for row in shown_rows(page)] == ["20240105"]
        assert page.inner_text("#shown b") == "1"
        page.click("#pairs .why:visible")
        why = page.inner_text("#pairs tr.open")
        assert why
        assert page.get_attribute("#pairs .why:visible", "aria-expanded") == "true"
        page.click("#pairs .why:visible")
        assert page.query_selector("#pairs tr.open") is None
        page.fill("#search", "nobody at all")
        assert shown_rows(page) == []
        page.fill("#search", "")
        page.select_option("#class", "八(3)班")
        page.select_option("#origin", "chosen")
        assert {(row[1], row[4]) for row in shown_rows(page)} == {("八(3)班", "双选")}


def test_columns_are_sorted_up_and_down(browser: Browser, report: Path) -> None:
    with opened(browser, report) as watched:
        page = watched.page
        heads = page.query_selector_all("#pairs thead button")
        ids = [row[0] for row in shown_rows(page)]
        heads[0].click()
        assert [row[0] for row in shown_rows(page)] == sorted(ids)
        heads[0].click()
        assert [row[0] for row in shown_rows(page)] == sorted(ids, reverse=True)
        assert page.get_attribute("#pairs thead th", "aria-sort") == "descending"
        heads[1].click()
        assert shown_rows(page)[0][1] == "七(1)班"
        assert shown_rows(page)[-1][1].startswith("九(")
        heads[3].click()
        ranks = [int(row[3]) if row[3].isdigit() else 99 for row in shown_rows(page)]
        assert ranks == sorted(ranks)
        page.click("#pairs .why:visible >> nth=0")
        assert page.query_selector("#pairs tbody tr:nth-child(2).open") is not None


def test_the_language_is_switched_everywhere(browser: Browser, report: Path) -> None:
    with opened(browser, report) as watched:
        page = watched.page
        assert page.title() == "导师匹配报告"
        assert "Rank profile" not in page.inner_text("main")
        page.click("#language")
        assert page.title() == "Mentor matching report"
        assert page.evaluate("document.documentElement.lang") == "en"
        text = page.inner_text("main")
        assert "Rank profile" in text
        assert "志愿满足情况" not in text
        label = page.get_attribute("svg.chart", "aria-label")
        assert label is not None
        assert label.startswith("Rank profile")
        assert page.inner_text("#pairs thead th >> nth=0") == "Student ⇅".removesuffix(" ⇅")
        page.click("#language")
        assert "志愿满足情况" in page.inner_text("main")


def test_everything_is_reached_by_keyboard(browser: Browser, report: Path) -> None:
    with opened(browser, report) as watched:
        page = watched.page
        reached = []
        for _ in range(45):
            page.keyboard.press("Tab")
            reached.append(
                page.evaluate(
                    "(e => e.id || e.className || e.getAttribute('href') || e.tagName)(document.activeElement)"
                )
            )
        assert {"skip", "language", "print", "search", "class", "origin", "why"} <= set(reached)
        assert reached[0] == "skip"
        page.focus("#pairs .why >> nth=0")
        page.keyboard.press("Enter")
        assert page.query_selector("#pairs tr.open") is not None


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_axe_finds_nothing(browser: Browser, report: Path, lang: str) -> None:
    with opened(browser, report) as watched:
        if lang == "en":
            watched.page.click("#language")
        # One class: the rows are all alike, and axe looks at each.
        watched.page.select_option("#class", "八(3)班")
        watched.page.click("#pairs .why:visible >> nth=0")
        found = Axe().run(watched.page)
        assert found.violations_count == 0, found.generate_report()


def test_the_staff_edition_and_a_shortage_are_accessible_too(
    browser: Browser, school: tuple[mm.Roster, mm.Result], tmp_path: Path
) -> None:
    roster, result = school
    write_page(result, tmp_path / "staff.html", "en", issues=roster.issues, roster=roster, staff=True, names=True)
    short = mm.read_roster(SAMPLES / "school_short_of_seats.xlsx")
    write_page(mm.match(short, on=DAY), tmp_path / "short.html", "zh", issues=short.issues)
    for name in ("staff.html", "short.html"):
        with opened(browser, tmp_path / name) as watched:
            if name == "staff.html":
                watched.page.fill("#search", "20240105")
            found = Axe().run(watched.page)
            assert found.violations_count == 0, found.generate_report()
            if name == "short.html":
                assert "缺 233 个" in watched.page.inner_text("#seats ~ figure")


def test_a_phone_shows_it_without_sideways_scrolling(browser: Browser, report: Path) -> None:
    with opened(browser, report, width=390, height=844) as watched:
        assert watched.page.evaluate("document.documentElement.scrollWidth") <= 390
        # A why is reached and read without moving the table sideways.
        watched.page.fill("#search", "20240105")
        button = watched.page.locator("#pairs .why:visible")
        box = button.bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= 390
        button.click()
        answer = watched.page.locator("#pairs tr.open ul").bounding_box()
        assert answer is not None
        assert answer["x"] + answer["width"] <= 390
        # No column of sentences is a character wide.
        widths = watched.page.eval_on_selector_all("td.words", "cells => cells.map(cell => cell.offsetWidth)")
        assert min(widths) > 100


def test_paper_has_every_student_and_no_buttons(browser: Browser, report: Path, tmp_path: Path) -> None:
    with opened(browser, report) as watched:
        watched.page.emulate_media(media="print")
        assert not watched.page.is_visible("#language")
        assert not watched.page.is_visible("#pairs .why >> nth=0")
        assert watched.page.is_visible("#pairs tbody tr >> nth=1079")
        assert len(watched.page.pdf(format="A4")) > 100_000
