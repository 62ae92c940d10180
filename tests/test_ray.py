"""The same code on a Ray cluster, where Ray is installed (`pip install -e '.[ray]'`): in a process of its own."""

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import sys
from dataclasses import replace

import ray
from ray.util.joblib import register_ray

from mentormatch import study
from mentormatch.many.overview import overview
from mentormatch.many.solve_many import solve_many
from mentormatch.study.generators import TheoryMarket, province

ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, object_store_memory=100_000_000)
register_ray()
schools = [replace(school, num_students=80) for school in province()[:3]]
alone = solve_many(schools, sys.argv[1])
there = solve_many(schools, sys.argv[2], workers=2, backend="ray")
assert (there.computed, there.reused) == (3, 0)
assert overview(there) == overview(alone)
markets = [TheoryMarket(name="m", num_students=12, num_mentors=4, seats=3, length=3)]
mechanisms = ["deferred_acceptance", "immediate_acceptance"]
assert study.run(mechanisms, markets, seeds=2, workers=2, backend="ray") == study.run(mechanisms, markets, seeds=2)
ray.shutdown()
print("the same")
"""


def test_many_schools_and_a_study_are_the_same_on_ray(tmp_path: Path) -> None:
    pytest.importorskip("ray")
    done = subprocess.run(  # noqa: S603  # our own program
        [sys.executable, "-c", PROGRAM, str(tmp_path / "alone"), str(tmp_path / "there")],
        capture_output=True,
        text=True,
        check=False,
        env={"RAY_USAGE_STATS_ENABLED": "0", "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        timeout=300,
    )
    assert "the same" in done.stdout, done.stderr[-2000:]
    files = {path.name for path in (tmp_path / "alone").iterdir() if path.suffix in (".npz", ".json")}
    assert files
    for name in files - {".lock"}:
        if name.endswith(".npz"):
            assert (tmp_path / "alone" / name).read_bytes() == (tmp_path / "there" / name).read_bytes()
