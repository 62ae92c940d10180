"""A web back end round the library: a school's workbook goes in over HTTP, pairs, reasons and the report come out.

Needs ``pip install fastapi uvicorn httpx``. Serve it with ``uvicorn web_backend:app``; run as a program it calls
itself. Matching takes the processor for a while, so it runs in a worker thread; what a user can get wrong comes back as
422 with a text in both languages. Nothing is kept: no file stays, and no name leaves.
"""

import asyncio
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from fastapi import FastAPI, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse

import mentormatch as mm
from mentormatch.report.page import page_html
from mentormatch.report.summary import summarise

app = FastAPI(title="mentormatch")
LARGEST = 20 << 20


async def uploaded(request: Request) -> mm.Roster:
    """Return the school in the body of a request; a body that is too large is not read to its end."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST:
            raise HTTPException(413, "the workbook is too large")
    return await run_in_threadpool(_read, bytes(body))


def _read(body: bytes) -> mm.Roster:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "school.xlsx"
        path.write_bytes(body)
        try:
            return mm.read_roster(path)
        except mm.MentorMatchError as error:
            # The path is the server's business.
            text = error.full_text
            detail = {"zh": text.zh.replace(str(path), "school.xlsx"), "en": text.en.replace(str(path), "school.xlsx")}
            raise HTTPException(422, detail) from None


@app.post("/check")
async def check(request: Request) -> list[dict[str, Any]]:
    """Return every finding about a workbook with its cell."""
    roster = await uploaded(request)
    return [issue.model_dump(mode="json") for issue in roster.issues]


async def _matched(request: Request, on: date, seed: int) -> tuple[mm.Roster, mm.Result]:
    roster = await uploaded(request)
    if roster.errors:
        raise HTTPException(422, [issue.model_dump(mode="json") for issue in roster.errors])
    try:
        return roster, await run_in_threadpool(mm.match, roster, on=on, seed=seed, time_limit=60)
    except mm.InputError as error:  # a day or a seed that makes no sense
        raise HTTPException(422, error.full_text.as_data()) from None


@app.post("/match")
async def match(request: Request, on: date, seed: int = 0) -> dict[str, Any]:
    """Match a workbook; pairs come with origin and reason."""
    _, result = await _matched(request, on, seed)
    pairs = [] if result.matching is None else result.matched.ids()
    return {
        "summary": summarise(result),
        "pairs": [
            {
                "student": student,
                "mentor": mentor,
                "origin": result.pair_reasons[student, mentor].origin,
                "reason": {
                    "zh": result.pair_reasons[student, mentor].text.zh,
                    "en": result.pair_reasons[student, mentor].text.en,
                },
            }
            for student, mentor in pairs
        ],
    }


@app.post("/report", response_class=HTMLResponse)
async def report(request: Request, on: date, seed: int = 0) -> str:
    """Match a workbook and return the public edition of the page."""
    roster, result = await _matched(request, on, seed)
    return await run_in_threadpool(page_html, result, "zh", issues=roster.issues, on=on)


async def _call_it() -> None:
    import httpx

    from mentormatch.io.sample_school import write_sample_school

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "school.xlsx"
        write_sample_school(path, "en")
        school = path.read_bytes()
    on = {"on": "2024-11-11"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://school") as client:
        answer = (await client.post("/match", params=on, content=school)).json()
        print(answer["summary"]["status"], answer["summary"]["placed"], answer["pairs"][0])
        page = await client.post("/report", params=on, content=school)
        print(page.status_code, len(page.text))
        print((await client.post("/match", params=on, content=b"no workbook")).json())


if __name__ == "__main__":
    asyncio.run(_call_it())
