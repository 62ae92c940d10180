import pytest

import certified_flows

certified_flows.install()

_from_workers: list[dict[str, int]] = []


class _OfWorkers:
    """What pytest-xdist calls, where it is there."""

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: object, error: object) -> None:
        """Take over what a worker has counted."""
        _from_workers.append(getattr(node, "workeroutput", {}).get("certified", {}))


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(_OfWorkers())


def pytest_sessionfinish(session: pytest.Session) -> None:
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["certified"] = dict(certified_flows.counted)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    total = {
        name: sum(counted.get(name, 0) for counted in [certified_flows.counted, *_from_workers])
        for name in certified_flows.counted
    }
    terminalreporter.write_line(
        f"certificates checked by the stand-alone script: {total['flow results']} optimal flow results, "
        f"{total['proven by prices']} proven optimal by prices"
    )


KNOWN_FAULTS: dict[str, str] = {}
"""Tests that fail on main, and what is known of why: open faults, to be mended and struck from here."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for name, why in KNOWN_FAULTS.items():
            if name in item.nodeid:
                item.add_marker(pytest.mark.xfail(reason=why, strict=False))
