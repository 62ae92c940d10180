"""What was freed goes back to the system, and a worker does so after schools that were solved together."""

import ctypes
from pathlib import Path

import pytest

from mentormatch.many import joint_schools
from mentormatch.many.district_file import District
from mentormatch.many.freed_memory import give_back
from mentormatch.many.joint_schools import ClusterJob, solve_task

MIB = 1 << 20


def resident() -> int:
    """Return the memory of this process, bytes."""
    status = Path("/proc/self/status").read_text("utf-8")
    return int(status.split("VmRSS:", 1)[1].split(None, 1)[0]) * 1024


def has_trim() -> bool:
    try:
        return Path("/proc/self/status").exists() and hasattr(ctypes.CDLL(None), "malloc_trim")
    except (OSError, TypeError):
        return False


@pytest.mark.skipif(not has_trim(), reason="only glibc can be asked")
def test_freed_memory_goes_back() -> None:
    blocks = [bytes([1]) * 4_000 for _ in range(50_000)]
    kept = blocks[::500]  # a live block here and there keeps the heap from shrinking by itself
    full = resident()
    del blocks
    give_back()
    assert resident() < full - 100 * MIB
    assert len(kept) == 100


def test_without_the_call_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_: None) -> ctypes.CDLL:
        raise OSError

    monkeypatch.setattr(ctypes, "CDLL", missing)
    give_back()


def test_linked_schools_give_back_what_they_took(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    monkeypatch.setattr(joint_schools, "solve_cluster", lambda cluster: calls.append("solved") or ())
    monkeypatch.setattr(joint_schools, "give_back", lambda: calls.append("gave back"))
    assert solve_task(ClusterJob(jobs=(), district=District())) == ()
    assert calls == ["solved", "gave back"]
