"""The example of a web back end, over HTTP as a client would use it."""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from mentormatch.io.sample_school import write_sample_school
from samples import SAMPLES

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "examples"))
from web_backend import app  # an example, not a package

ON = {"on": "2024-11-11"}


class Client:
    """Posts to the application without a server."""

    def post(self, path: str, *, content: bytes, params: dict[str, str] | None = None) -> httpx.Response:
        async def send() -> httpx.Response:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://school") as client:
                return await client.post(path, content=content, params=params)

        return asyncio.run(send())


@pytest.fixture(scope="module")
def client() -> Client:
    return Client()


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("web") / "school.xlsx"
    write_sample_school(path, "zh")
    return path.read_bytes()


def test_a_school_is_matched(client: Client, school: bytes) -> None:
    answer = client.post("/match", params=ON, content=school)
    assert answer.status_code == 200
    data = answer.json()
    assert data["summary"]["status"] == "optimal"
    assert len(data["pairs"]) == data["summary"]["placed"] == 240
    assert all(pair["reason"]["zh"] and pair["reason"]["en"] for pair in data["pairs"])
    assert client.post("/match", params=ON, content=school).json()["pairs"] == data["pairs"]


def test_the_report_comes_as_a_page(client: Client, school: bytes) -> None:
    page = client.post("/report", params=ON, content=school)
    assert page.headers["content-type"].startswith("text/html")
    assert "240 / 240" in page.text


def test_findings_come_with_their_cells(client: Client) -> None:
    issues = client.post("/check", content=(SAMPLES / "school_dirty.xlsx").read_bytes()).json()
    assert "A43" in {issue["cell"] for issue in issues}


def test_what_is_wrong_is_said_in_both_languages_and_without_paths(client: Client, school: bytes) -> None:
    answer = client.post("/match", params=ON, content=b"no workbook")
    assert answer.status_code == 422
    assert set(answer.json()["detail"]) == {"zh", "en"}
    assert tempfile.gettempdir() not in answer.text
    refused = client.post("/match", params=ON, content=(SAMPLES / "school_dirty.xlsx").read_bytes())
    assert refused.status_code == 422


@pytest.mark.parametrize(
    "asked",
    [
        {"on": "yesterday"},
        {"on": "9999-12-31"},
        {"on": "0001-01-01"},
        {"on": "99999-01-01"},
        {"on": "-1"},
        {"on": "2024-11-11", "seed": "-1"},
        {"on": "2024-11-11", "seed": "1" + 30 * "0"},
    ],
)
def test_a_day_or_a_seed_that_makes_no_sense_is_refused(client: Client, school: bytes, asked: dict[str, str]) -> None:
    answer = client.post("/match", params=asked, content=school)
    assert answer.status_code == 422
    assert answer.json()["detail"]


def test_a_body_that_is_too_large_is_not_read_to_its_end() -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 1
            yield b"x" * (1 << 20)

    async def call() -> int:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://school") as client:
            return (await client.post("/match", params=ON, content=endless())).status_code

    assert asyncio.run(call()) == 413
    assert sent < 30
