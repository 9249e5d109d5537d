"""What all tests share."""

import os

import pytest
from django.core.cache import cache

pytest_plugins = ["studyapp.tests.browser"]


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    """Throttles and cached figures of one test must not reach the next."""
    cache.clear()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """With ``CI`` set nothing may be skipped: a check that did not run is not a check."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter and reporter.stats.get("skipped"):
        reporter.ensure_newline()
        reporter.write_line("CI refuses skipped tests.", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
