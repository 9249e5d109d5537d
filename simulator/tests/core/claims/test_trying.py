"""Trying a draft from the command line, with the example that the documentation gives."""

import re
from pathlib import Path

import pytest

from simulator.core.claims.__main__ import main

PAGE = Path(__file__).parents[4] / "docs" / "claims.md"


def test_the_documented_draft(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shown = re.search(r"\$ cat draft\.json\n(.*?)\n\$ ", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert shown
    draft = tmp_path / "draft.json"
    draft.write_text(shown[1], encoding="utf-8")
    assert main(str(draft)) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("run 1 — converged: The loss falls from 9 to")
    assert [line.split(":")[0] for line in lines[1::2]] == [
        "undecided",
        "proved, margin 97%",
        "refuted, margin 5%",
    ]
    assert lines[2].strip().endswith("but not so at 1.05 times the rate")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "Expecting"),
        ("\udcff", "utf-8"),  # a byte that is none of UTF-8's
        *((text, '"claims"') for text in ("[]", "{}", '{"scenario": {}}', '{"scenario": {}, "claims": 1}')),
        ('{"scenario": {}, "claims": []}', "required"),
        ('{"scenario": 1, "claims": []}', "scenario"),
    ],
)
def test_a_file_that_is_no_draft(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, says: str
) -> None:
    draft = tmp_path / "draft.json"
    draft.write_bytes(text.encode(errors="surrogateescape"))
    assert main(str(draft)) == 2
    assert says in capsys.readouterr().err
    assert main(str(tmp_path / "none.json")) == 2
