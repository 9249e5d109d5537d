"""The settings as a whole: safe in production, working with no variable, and documented."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from studyapp import gunicorn_conf
from studyapp.settings import BASE_DIR, env

PRODUCTION = {
    "PRODUCTION": "on",
    "ALLOWED_HOSTS": "study.example.org",
    "SECRET_KEY": "fZ8vX2-qLm4TnR7yWc1KdGh5_JpUs9BeAo3XiVt6MzNrQwEl",
    "EMAIL_URL": "smtp+tls://mail.example.org",
    "TRUSTED_PROXIES": "1",
}
PRODUCTION["SECRET_KEY"] += "-a-little-longer"


def manage(var: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run manage.py as an operator does, with these variables only."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=BASE_DIR,
        env=kept | {"OVERSHOOT_VAR": str(var)} | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_passes_the_deployment_check(tmp_path: Path) -> None:
    done = manage(tmp_path, "check", "--deploy", "--fail-level=WARNING", **PRODUCTION)
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_production_without_mail_or_proxy_is_warned_of(tmp_path: Path) -> None:
    done = manage(tmp_path, "check", "--deploy", **PRODUCTION | {"EMAIL_URL": "", "TRUSTED_PROXIES": ""})
    assert done.returncode == 0
    assert "studyapp.W001" in done.stderr
    assert "studyapp.W002" in done.stderr


@pytest.mark.parametrize(
    ("variables", "complaint"),
    [
        ({"PRODUCTION": "on", "ALLOWED_HOSTS": "study.example.org"}, "PRODUCTION needs SECRET_KEY"),
        ({"DEBUG": "perhaps"}, "DEBUG must be on or off"),
    ],
)
def test_wrong_settings_end_in_one_line(tmp_path: Path, variables: dict[str, str], complaint: str) -> None:
    done = manage(tmp_path, "migrate", **variables)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("Wrong settings:") and complaint in done.stderr


def test_without_variables_the_site_is_for_this_machine_only() -> None:
    assert not settings.DEBUG
    assert set(settings.ALLOWED_HOSTS) - {"testserver"} == {"localhost", "127.0.0.1", "[::1]"}


def test_every_variable_is_documented_with_its_default_and_meaning() -> None:
    text = (BASE_DIR / "docs" / "deployment.md").read_text()
    rows = dict(re.findall(r"^\| `([A-Z_]+)` \| (.*) \|$", text, flags=re.MULTILINE))
    known = {}
    for variable in [*env.variables, *gunicorn_conf.env.variables]:
        default = (
            variable.default
            if "`" in variable.default or " " in variable.default
            else f"`{variable.default}`"
        )
        known[variable.name] = f"{default if variable.default else '–'} | {variable.meaning}"
    machine_dependent = {"WEB_CONCURRENCY"}
    for name in machine_dependent:
        assert name in rows
        rows.pop(name), known.pop(name)
    assert rows == known
