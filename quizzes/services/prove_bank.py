"""Checking every key again: of the files, or of what is published."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from quizzes.core.content import ContentError, ItemContent, QuestionContent, parse_item
from quizzes.core.proving import prove
from quizzes.models import ItemVersion
from quizzes.services.bank import CONTENT_FOLDER, BankProblem, parse_bank
from quizzes.services.catalogue import current_catalogue, named_sliders
from simulator import services as simulator
from simulator.core.errors import ScenarioError

Tell = Callable[[str], None]


def prove_files(folder: Path = CONTENT_FOLDER, tell: Tell | None = None) -> list[BankProblem]:
    """Prove every question of the files; nothing is read from or written to the database.

    Raises:
        BankError: a file or an item cannot be read at all.
    """
    scenarios = {name: named.scenario for name, named in simulator.named_scenarios().items()}
    bank = parse_bank(folder, scenarios=scenarios, sliders=named_sliders())
    problems: list[BankProblem] = []
    for entry in bank.items:
        found = [
            BankProblem(entry.file, entry.content.id, "", message)
            for message in _contradictions(entry.content)
        ]
        problems += found
        if tell is not None:
            tell(f"{entry.content.id}: {'not proved' if found else _verdict(entry.content)}")
    return problems


def prove_versions(tell: Tell | None = None) -> list[BankProblem]:
    """Prove every published question with the simulator as it is now."""
    catalogue = current_catalogue()
    problems: list[BankProblem] = []
    for version in ItemVersion.objects.current().in_order().select_related("item"):
        name = f"version {version.number}"
        try:
            content = parse_item(version.draft, catalogue=catalogue)
        except ContentError as error:
            problems += [
                BankProblem(name, version.item.slug, key, text) for key, text in error.fields.items()
            ]
            continue
        found = [BankProblem(name, version.item.slug, "", message) for message in _contradictions(content)]
        problems += found
        if tell is not None:
            tell(f"{version.item.slug}: {'not proved' if found else _verdict(content)}")
    return problems


def _contradictions(content: ItemContent) -> list[str]:
    try:
        if isinstance(content, QuestionContent):
            return [problem.message for problem in prove(content).problems]
        if content.scenario is not None:
            simulator.run_scenario(content.scenario.resolved)
    except ScenarioError as error:
        return [error.message]
    return []


def _verdict(content: ItemContent) -> str:
    return content.proof if isinstance(content, QuestionContent) else "no key"
