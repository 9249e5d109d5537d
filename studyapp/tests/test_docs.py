"""What the documentation promises is there."""

import re
import subprocess
from pathlib import Path

import pytest

from studyapp.settings import BASE_DIR

PAGES = sorted([BASE_DIR / "README.md", BASE_DIR / "CHANGELOG.md", *(BASE_DIR / "docs").rglob("*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(BASE_DIR)))
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text())
    broken = [target for target in targets if "://" not in target and not (page.parent / target).exists()]
    assert not broken


def test_every_command_that_is_named_exists() -> None:
    known = set(re.findall(r"^([a-z]+):", (BASE_DIR / "Makefile").read_text(), flags=re.MULTILINE))
    named = {name for page in PAGES for name in re.findall(r"[`\n]make ([a-z]+)", page.read_text())}
    assert named and named <= known


def test_help_lists_every_command() -> None:
    makefile = (BASE_DIR / "Makefile").read_text()
    known = set(re.findall(r"^([a-z]+):", makefile, flags=re.MULTILINE))
    shown = subprocess.run(["make", "help"], cwd=BASE_DIR, capture_output=True, text=True, check=True).stdout
    assert {line.split()[1] for line in shown.splitlines() if line.startswith("  make ")} == known
