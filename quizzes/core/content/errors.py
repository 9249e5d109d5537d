"""What is wrong with a piece of content, by the path of the key."""

from __future__ import annotations

from collections.abc import Mapping


class ContentError(ValueError):
    """Content that cannot be accepted.

    ``fields`` maps a path (``choices[1].claim.status``; ``""`` for the item as a whole) to one sentence or
    two that say what is wrong and what would be right. All problems of an item are listed at once.
    """

    def __init__(self, fields: Mapping[str, str]) -> None:
        self.fields = dict(fields)
        super().__init__("; ".join(f"{path}: {text}" if path else text for path, text in self.fields.items()))


def join_path(parent: str, child: str) -> str:
    """``join_path("choices[0]", "claim") == "choices[0].claim"``; an index is appended without a dot."""
    if not parent or not child:
        return parent or child
    return f"{parent}{child}" if child.startswith("[") else f"{parent}.{child}"
