"""The report page of the shared school: the time to write it, its size, and when a browser first paints it."""

import shutil
import tempfile
import time
from datetime import date
from pathlib import Path
from statistics import median

from playwright.sync_api import sync_playwright

import mentormatch as mm
from mentormatch.report.page import write_page

DATA = Path(__file__).resolve().parents[1] / "tests" / "data"
DAY = date(2024, 11, 11)
OPENINGS = 7
QUIET = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")


def first_paints(path: Path, width: int) -> list[float]:
    """Return the milliseconds to the first paint of a page, each time opened anew in headless Chromium."""
    found = []
    with sync_playwright() as playwright:
        program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
        browser = playwright.chromium.launch(executable_path=program, args=list(QUIET))
        for _ in range(OPENINGS):
            page = browser.new_context(viewport={"width": width, "height": 900}).new_page()
            page.goto(path.as_uri())
            page.wait_for_function("performance.getEntriesByType('paint').length > 0")
            found.append(float(page.evaluate("performance.getEntriesByType('paint')[0].startTime")))
            page.close()
        browser.close()
    return found


def table() -> str:
    """Return the table; ratios are to reading and matching the school, in the same run."""
    started = time.perf_counter()
    roster = mm.read_roster(DATA / "school.xlsx")
    result = mm.match(roster, on=DAY)
    whole = time.perf_counter() - started
    lines = [
        "| edition | MB | seconds to write | ratio | first paint, median and worst of 7 (ms) | on a phone (ms) |",
        "|---|---|---|---|---|---|",
    ]
    with tempfile.TemporaryDirectory() as folder:
        for name, staff, names in (("public", False, False), ("with names", False, True), ("staff, names", True, True)):
            path = Path(folder) / f"{name}.html"
            started = time.perf_counter()
            write_page(result, path, "zh", issues=roster.issues, on=DAY, roster=roster, staff=staff, names=names)
            seconds = time.perf_counter() - started
            desk, phone = first_paints(path, 1200), first_paints(path, 390)
            lines.append(
                f"| {name} | {path.stat().st_size / 1e6:.2f} | {seconds:.2f} | {seconds / whole:.2f} "
                f"| {median(desk):.0f}, {max(desk):.0f} | {median(phone):.0f}, {max(phone):.0f} |"
            )
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())
