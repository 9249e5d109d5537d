"""Writing the bank as YAML, always in the same form, so that two exports differ only where the content
does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString

LINE = 110
# Short values that read best on one line.
FLOW_KEYS = frozenset({"claim", "holds_at", "changes", "slider", "also", "sources", "prerequisites"})
BLOCK_KEYS = frozenset({"stem", "front", "back", "explanation", "look_at", "feedback", "summary", "truth"})


def write_bank(folder: Path, files: Mapping[str, Iterable[Mapping[str, Any]]]) -> list[Path]:
    """Write each list of entries to the file of that name below ``folder``; empty ones are left out."""
    written: list[Path] = []
    for name, entries in files.items():
        listed = list(entries)
        if not listed:
            continue
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(to_yaml(listed), encoding="utf-8")
        written.append(path)
    return written


def to_yaml(entries: list[Mapping[str, Any]]) -> str:
    """A list of entries with a blank line between them."""
    yaml = YAML()
    yaml.width = LINE
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.allow_unicode = True
    yaml.brace_single_entry_mapping_in_flow_sequence = True
    texts: list[str] = []
    for entry in entries:
        stream = StringIO()
        yaml.dump(CommentedSeq([_styled(entry)]), stream)
        lines = stream.getvalue().splitlines()
        # The dumper indents the outer list as it does inner ones.
        texts.append("\n".join(line[2:] if line.startswith("  ") else line for line in lines))
    return "\n\n".join(texts) + "\n"


def _styled(value: Any, key: str = "") -> Any:
    if isinstance(value, Mapping):
        styled = CommentedMap({name: _styled(item, name) for name, item in value.items()})
        if key in FLOW_KEYS:
            styled.fa.set_flow_style()
        return styled
    if isinstance(value, list | tuple):
        sequence = CommentedSeq([_styled(item, key) for item in value])
        if key in FLOW_KEYS or not any(isinstance(item, Mapping) for item in value):
            sequence.fa.set_flow_style()
        return sequence
    if isinstance(value, str):
        return _styled_text(value, key)
    return value


def _styled_text(value: str, key: str) -> str:
    if key in BLOCK_KEYS or "\n" in value:
        block: str = LiteralScalarString(value + "\n")
        return block
    quoted: str = DoubleQuotedScalarString(value)
    return quoted if ": " in value else value
