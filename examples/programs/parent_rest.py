"""A parent asks why, over REST: the public edition, in the language of the browser."""

import asyncio
from typing import Annotated

import database
import httpx
from fastapi import FastAPI, Header, HTTPException
from store_result import load, solve_and_store

import mentormatch as mm

app = FastAPI()
con = database.connect()
solve_and_store(con)
stored = load(con)


@app.get("/result")
def result() -> mm.ResultDocument:
    document: mm.ResultDocument = stored.to_document()
    return document


@app.get("/why/{student}")
def why(student: str, accept_language: Annotated[str, Header()] = "zh") -> list[str]:
    try:
        return stored.explain(student).lines("en" if accept_language.startswith("en") else "zh")
    except mm.MentorMatchError as error:
        raise HTTPException(404, {"zh": error.full_text.zh, "en": error.full_text.en}) from None


async def main() -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://school") as client:
        for who in ("20240000", "nobody"):
            print((await client.get(f"/why/{who}", headers={"accept-language": "en"})).json())
        assert "unsuitable" not in (await client.get("/result")).text


if __name__ == "__main__":
    asyncio.run(main())
