"""The commands of the bank: what they print and when they fail."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from quizzes.models import Item, ItemFigure, Memory
from quizzes.tests.factory import make_guest, make_question, respond
from quizzes.tests.services.bank_folder import edit, small_bank

QUESTIONS = "too-high/questions.yaml"


def run(name: str, *args: Any, **options: Any) -> str:
    out = StringIO()
    call_command(name, *args, stdout=out, stderr=out, no_color=True, **options)
    return out.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return small_bank(tmp_path / "bank", questions=2)


@pytest.mark.django_db
def test_import_says_what_it_did_and_what_it_left_alone(folder: Path) -> None:
    out = run("import_bank", "--no-figures", folder=folder)
    assert "Items: 4 new, 0 updated, 0 unchanged. Versions published: 4." in out
    assert "have not changed" in run("import_bank", "--no-figures", folder=folder)
    Item.objects.filter(slug="q-1").update(title="Mine")
    out = run("import_bank", "--no-figures", "--force", folder=folder)
    assert "left alone: q-1" in out and "--overwrite" in out
    out = run("import_bank", "--no-figures", "--overwrite", "q-1", folder=folder)
    assert "1 updated" in out


@pytest.mark.django_db
def test_import_tells_of_its_progress(tmp_path: Path) -> None:
    folder = small_bank(tmp_path / "bank", questions=10)
    assert "10/12 q-10: version 1" in run("import_bank", "--no-figures", folder=folder)
    edit(folder, QUESTIONS, "What becomes", "What will become")
    assert "1/12 q-1: version 2" in run("import_bank", "--no-figures", folder=folder, verbosity=2)


@pytest.mark.django_db
def test_import_fails_with_all_problems_and_without_a_traceback(folder: Path) -> None:
    edit(folder, QUESTIONS, "key: b", "key: z")
    edit(folder, "too-low/flashcards.yaml", "level: beginner", "level: expert")
    with pytest.raises(CommandError) as caught:
        run("import_bank", folder=folder)
    assert caught.value.returncode == 2
    assert "q-1: key" in str(caught.value) and "c-1: level" in str(caught.value)
    assert not Item.objects.exists()


@pytest.mark.django_db
def test_import_fails_when_a_key_is_refused_but_keeps_the_rest(folder: Path) -> None:
    edit(folder, QUESTIONS, "{status: converged}", "{measure: final_loss, above: 1}")
    with pytest.raises(CommandError, match=r"7\.44"):
        run("import_bank", "--no-figures", folder=folder)
    assert Item.objects.count() == 3


@pytest.mark.django_db
def test_figures_are_drawn_once(folder: Path) -> None:
    run("import_bank", "--no-figures", folder=folder)
    Item.objects.exclude(slug="q-1").update(state="retired")
    assert "1 of 1 items drawn" in run("draw_figures")
    drawn = ItemFigure.objects.count()
    assert drawn > 0
    assert "0 of 0 items drawn" in run("draw_figures")
    assert "1 of 1 items drawn" in run("draw_figures", "--redraw")
    assert ItemFigure.objects.count() == drawn


def test_prove_bank_fails_naming_what_does_not_hold(folder: Path) -> None:
    assert "Every key holds" in run("prove_bank", folder=folder)
    edit(folder, QUESTIONS, "{status: converged}", "{measure: final_loss, above: 1}")
    with pytest.raises(CommandError, match="q-1: Option b is the key"):
        run("prove_bank", folder=folder)
    edit(folder, QUESTIONS, "key: b", "key: z")
    with pytest.raises(CommandError, match="no option"):
        run("prove_bank", folder=folder)


@pytest.mark.django_db
def test_what_is_published_can_be_proved_again(folder: Path) -> None:
    run("import_bank", "--no-figures", folder=folder)
    assert "q-1: proved" in run("prove_bank", "--published", verbosity=2)


@pytest.mark.django_db
def test_export_names_the_files(folder: Path, tmp_path: Path) -> None:
    run("import_bank", "--no-figures", folder=folder)
    out = run("export_bank", str(tmp_path / "out"))
    assert out.count(".yaml") == 5 and (tmp_path / "out" / QUESTIONS).exists()


@pytest.mark.django_db
def test_memories_can_be_rebuilt() -> None:
    learner = make_guest()
    respond(learner, make_question())
    Memory.objects.all().delete()
    assert "1 memories of 1 learners" in run("rebuild_memories")
    assert Memory.objects.filter(learner=learner).count() == 1
