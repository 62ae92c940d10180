"""The whole province by `solve_many`, with the peak of memory, killed on the way and resumed, or on a Dask cluster.

``python benchmarks/province.py OUT`` solves 8,000 schools (7.7 million students) and prints a line when it is done.
``--stop-at 4000`` kills the run and all its workers (SIGKILL) as soon as so many schools are done, and resumes it.
``--every 20`` takes every twentieth school, ``--dask`` runs on a local cluster of two workers. The fingerprint is of
every outcome but its run time, so runs that found the same print the same.
"""

import argparse
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

SCHOOLS = 8_000
PAUSE = 0.5
MIB = 1 << 20


def solve(out: Path, every: int, *, dask: bool) -> None:
    """Solve the part of the province in this process and its workers."""
    from mentormatch.many.solve_many import solve_many
    from mentormatch.study.generators import province

    schools = province()[::every]
    if not dask:
        solve_many(schools, out, workers=2)
        return
    from distributed import Client, LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster):
        solve_many(schools, out, workers=2, backend="dask")


def measured(out: Path, every: int, *, dask: bool, stop_at: int | None = None) -> tuple[float, int]:
    """Run `solve` in a process group of its own; return seconds and the peak of all its processes together, bytes."""
    command = [sys.executable, __file__, str(out), "--every", str(every), "--only-solve", *(["--dask"] if dask else [])]
    started, most = time.perf_counter(), 0
    child = subprocess.Popen(command, start_new_session=True)  # noqa: S603  # our own program
    while child.poll() is None:
        most = max(most, _memory_of_session(child.pid))
        if stop_at is not None and done(out) >= stop_at:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
            break
        time.sleep(PAUSE)
    else:
        if child.returncode:
            raise SystemExit(child.returncode)
    return time.perf_counter() - started, most


def _memory_of_session(session: int) -> int:
    """Return what the processes of a session hold together, shared pages counted once (proportional set size)."""
    total = 0
    for process in Path("/proc").iterdir():
        try:
            if process.name.isdigit() and os.getsid(int(process.name)) == session:
                rollup = (process / "smaps_rollup").read_text()
                total += int(rollup.split("Pss:", 1)[1].split(None, 1)[0]) * 1024
        except (OSError, IndexError):  # it ended meanwhile
            continue
    return total


def done(out: Path) -> int:
    """Return how many schools have their outcome."""
    return sum(path.suffix == ".json" for path in out.iterdir()) if out.is_dir() else 0


def facts(out: Path) -> tuple[int, int, int, str]:
    """Return schools solved to the optimum, students, placed, and the fingerprint of all outcomes and files."""
    optimal = students = placed = 0
    digest = hashlib.sha256()
    for path in sorted(out.glob("*.json")):
        outcome = json.loads(path.read_text("utf-8"))
        summary = outcome["summary"]
        optimal += outcome["status"] == "optimal"
        students += summary["students"]
        placed += summary["placed"]
        summary.pop("runtime_s")
        digest.update(json.dumps(outcome, sort_keys=True).encode())  # holds the fingerprints of its files
    return optimal, students, placed, digest.hexdigest()[:16]


def main() -> None:
    """Run what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--stop-at", type=int)
    parser.add_argument("--dask", action="store_true")
    parser.add_argument("--only-solve", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.only_solve:
        solve(asked.out, asked.every, dask=asked.dask)
        return
    if asked.stop_at is not None:
        seconds, most = measured(asked.out, asked.every, dask=asked.dask, stop_at=asked.stop_at)
        print(f"killed after {seconds:.0f} s at {done(asked.out):,} schools, peak {most // MIB:,} MiB", flush=True)
    seconds, most = measured(asked.out, asked.every, dask=asked.dask)
    optimal, students, placed, digest = facts(asked.out)
    load = os.getloadavg()[1]
    print(
        f"{optimal:,} schools optimal, {placed:,} of {students:,} students placed, {seconds:.0f} s, "
        f"peak {most // MIB:,} MiB in all processes, outcomes {digest}, load {load:.1f}"
    )


if __name__ == "__main__":
    main()
