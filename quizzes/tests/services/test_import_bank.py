"""Importing: strict, idempotent, and never over an instructor's head."""

from pathlib import Path
from typing import Any

import pytest

from quizzes.models import Item, ItemVersion, Misconception, Source, State, Topic
from quizzes.selectors import current_version
from quizzes.services.bank import BankError, parse_bank
from quizzes.services.bank.writing import to_yaml
from quizzes.services.export_bank import export_bank
from quizzes.services.import_bank import ImportReport, import_bank
from quizzes.services.prove_bank import prove_files, prove_versions
from quizzes.services.retire_item import retire_item, unpublish_item
from quizzes.tests.factory import NOW, make_question, publish
from quizzes.tests.services.bank_folder import edit, small_bank

QUESTIONS = "too-high/questions.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return small_bank(tmp_path / "bank")


def load(folder: Path, **options: Any) -> ImportReport:
    return import_bank(at=NOW, folder=folder, draw=False, **options)


def problems_of(folder: Path) -> list[str]:
    with pytest.raises(BankError) as caught:
        parse_bank(folder, scenarios={}, sliders={})
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.django_db
class TestImport:
    def test_everything_is_loaded_and_published(self, folder: Path) -> None:
        report = load(folder)
        assert sorted(report.created) == ["c-1", "c-2", "q-1", "q-2", "q-3"]
        assert (report.versions, report.refused, report.kept) == (5, [], [])
        assert list(Topic.objects.values_list("slug", "position")) == [("too-high", 1), ("too-low", 2)]
        assert Topic.objects.get(slug="too-low").prerequisites.get().slug == "too-high"
        item = Item.objects.get(slug="q-2")
        assert (item.state, item.position, item.kind) == (State.PUBLISHED, 2, "single_choice")
        assert current_version("c-1").kind == "flashcard"
        assert [topic.slug for topic in item.also.all()] == ["too-low"]

    def test_a_second_import_does_nothing_and_asks_little(
        self, folder: Path, django_assert_max_num_queries: Any
    ) -> None:
        load(folder)
        versions = list(ItemVersion.objects.values_list("pk", flat=True))
        with django_assert_max_num_queries(2):
            assert load(folder).skipped
        report = load(folder, force=True)
        assert (report.created, report.updated, report.unchanged, report.versions) == ([], [], 5, 0)
        assert list(ItemVersion.objects.values_list("pk", flat=True)) == versions

    def test_a_changed_file_makes_one_new_version(self, folder: Path) -> None:
        load(folder)
        edit(folder, QUESTIONS, "Below the limit it converges.", "It converges below the limit.")
        report = load(folder)
        assert (report.updated, report.unchanged, report.versions) == (["q-1"], 4, 1)
        assert current_version("q-1").number == 2

    def test_what_an_instructor_changed_is_left_alone_and_named(self, folder: Path) -> None:
        load(folder)
        item = Item.objects.get(slug="q-2")
        item.stem = "An instructor's stem"
        item.save()
        publish(item)
        for options in ({"force": True}, {}):
            report = load(folder, **options)
            assert report.kept == ["q-2"] and report.versions == 0
        edit(folder, QUESTIONS, "What becomes", "What will become", count=9)
        report = load(folder)
        assert report.kept == ["q-2"] and sorted(report.updated) == ["q-1", "q-3"]
        assert current_version("q-2").question["stem"] == "An instructor's stem"
        report = load(folder, overwrite=["q-2"])
        assert report.updated == ["q-2"] and report.kept == []
        assert "What will become" in current_version("q-2").question["stem"]
        assert load(folder, force=True).kept == []

    def test_an_unpublished_edit_is_an_instructors_change_too(self, folder: Path) -> None:
        load(folder)
        Item.objects.filter(slug="q-1").update(title="Half-way")
        assert load(folder, force=True).kept == ["q-1"]
        assert load(folder, overwrite_all=True).updated == ["q-1"]
        assert Item.objects.get(slug="q-1").title == "Title of q-1"
        assert ItemVersion.objects.count() == 5

    def test_what_was_taken_away_from_learners_stays_away(self, folder: Path) -> None:
        load(folder)
        retire_item(item=Item.objects.get(slug="q-1"))
        unpublish_item(item=Item.objects.get(slug="q-2"))
        edit(folder, QUESTIONS, "What becomes", "What will become", count=9)
        report = load(folder)
        assert sorted(report.kept) == ["q-1", "q-2"] and report.updated == ["q-3"]
        assert Item.objects.get(slug="q-1").state == State.RETIRED
        assert load(folder, overwrite=["q-1"]).updated == ["q-1"]
        assert Item.objects.get(slug="q-1").state == State.PUBLISHED

    def test_an_item_with_the_same_id_that_was_written_here_is_left_alone(self, folder: Path) -> None:
        make_question("q-3", stem="Written here")
        report = load(folder)
        assert "q-3" in report.kept
        assert "Written here" in current_version("q-3").question["stem"]

    def test_what_is_only_in_the_database_is_not_touched(self, folder: Path) -> None:
        load(folder)
        own = make_question("own")
        version = own.current_version
        edit(folder, QUESTIONS, "- id: q-3", "- id: q-4")
        report = load(folder)
        assert report.created == ["q-4"]
        own.refresh_from_db()
        assert own.current_version == version
        assert Item.objects.get(slug="q-3").state == State.PUBLISHED

    def test_topics_beliefs_and_sources_that_were_edited_are_kept_too(self, folder: Path) -> None:
        load(folder)
        Topic.objects.filter(slug="too-low").update(title="Mine")
        Misconception.objects.update(belief="Mine")
        Source.objects.update(citation="Mine")
        edit(folder, "topics.yaml", "title: Too low", "title: Too low a rate")
        edit(folder, "topics.yaml", "title: Too high", "title: Too high a rate")
        edit(folder, "misconceptions.yaml", "Higher is faster.", "Higher is always faster.")
        edit(folder, "sources.yaml", "Why: Momentum", "Why Momentum")
        report = load(folder)
        assert {"too-low", "higher-is-faster", "goh-2017"} <= set(report.kept)
        assert set(Topic.objects.values_list("title", flat=True)) == {"Too high a rate", "Mine"}
        load(folder, overwrite=["too-low", "higher-is-faster"])
        assert Topic.objects.get(slug="too-low").title == "Too low a rate"
        assert Misconception.objects.get().belief == "Higher is always faster."
        assert Source.objects.get().citation == "Mine"

    def test_a_belief_reworded_in_the_file_reaches_the_feedback(self, folder: Path) -> None:
        load(folder)
        edit(folder, "misconceptions.yaml", "Higher is faster.", "Higher is always faster.")
        assert load(folder).versions == 3
        version = ItemVersion.objects.get(item__slug="q-1", number=2)
        assert version.answer["choices"][0]["belief"] == "Higher is always faster."

    def test_a_new_order_makes_no_new_version(self, folder: Path) -> None:
        load(folder)
        path = folder / QUESTIONS
        entries = path.read_text(encoding="utf-8").split("\n\n- id:")
        path.write_text(
            "\n\n- id:".join([entries[0], entries[2].rstrip("\n"), entries[1]]) + "\n", encoding="utf-8"
        )
        assert load(folder).versions == 0
        assert list(Item.objects.questions().values_list("slug", flat=True)) == ["q-1", "q-3", "q-2"]

    def test_a_false_key_is_refused_and_the_others_are_published(self, folder: Path) -> None:
        edit(folder, QUESTIONS, "{status: converged}", "{measure: final_loss, above: 1}")
        report = load(folder)
        assert len(report.created) == 4 and report.versions == 4
        (problem,) = report.refused
        assert (problem.file, problem.item, problem.key) == (QUESTIONS, "q-1", "choices[1].claim")
        assert "7.44" in problem.message
        assert not Item.objects.filter(slug="q-1").exists()
        assert not load(folder).skipped

    def test_a_file_that_is_wrong_changes_nothing(self, folder: Path) -> None:
        load(folder)
        edit(folder, QUESTIONS, "Title of q-1", "Another title")
        edit(folder, QUESTIONS, "key: b", "key: z")
        with pytest.raises(BankError):
            load(folder)
        assert current_version("q-1").number == 1

    def test_overwriting_what_is_not_in_the_files_is_an_error(self, folder: Path) -> None:
        with pytest.raises(BankError, match="no-such-id"):
            load(folder, overwrite=["no-such-id"])

    def test_progress_is_told(self, folder: Path) -> None:
        told: list[tuple[int, int, str]] = []
        load(folder, tell=lambda *step: told.append(step))
        assert [step[:2] for step in told] == [(number, 5) for number in range(1, 6)]
        assert told[0][2] == "q-1: version 1"

    def test_an_export_is_the_same_bank_again(self, folder: Path, tmp_path: Path) -> None:
        load(folder)
        first, second = tmp_path / "first", tmp_path / "second"
        export_bank(folder=first)
        assert parse_bank(first, scenarios={}, sliders={}) == parse_bank(folder, scenarios={}, sliders={})
        report = load(first)
        assert (report.created, report.updated, report.versions, report.kept) == ([], [], 0, [])
        export_bank(folder=second)
        for path in sorted(first.rglob("*.yaml")):
            assert path.read_bytes() == (second / path.relative_to(first)).read_bytes()

    def test_an_export_holds_what_is_published_not_what_is_being_written(
        self, folder: Path, tmp_path: Path
    ) -> None:
        load(folder)
        Item.objects.filter(slug="q-1").update(key="a")
        retire_item(item=Item.objects.get(slug="q-2"))
        export_bank(folder=tmp_path / "out")
        assert prove_files(tmp_path / "out") == []
        ids = [entry.content.id for entry in parse_bank(tmp_path / "out", scenarios={}, sliders={}).items]
        assert sorted(ids) == ["c-1", "c-2", "q-1", "q-3"]

    def test_published_keys_are_proved_again(self, folder: Path) -> None:
        load(folder)
        assert prove_versions() == []
        version = ItemVersion.objects.get(item__slug="q-1")
        version.draft["choices"][1]["claim"] = {"measure": "final_loss", "above": 1}
        ItemVersion.objects.filter(pk=version.pk).update(draft=version.draft)
        (problem,) = prove_versions()
        assert problem.item == "q-1" and "7.44" in problem.message


class TestReading:
    def test_a_good_bank_is_read(self, folder: Path) -> None:
        bank = parse_bank(folder, scenarios={}, sliders={})
        assert [entry.content.id for entry in bank.items] == ["q-1", "q-2", "q-3", "c-1", "c-2"]
        assert [entry.position for entry in bank.items] == [1, 2, 3, 1, 2]

    def test_all_problems_of_all_files_are_listed_with_file_item_and_key(self, folder: Path) -> None:
        edit(folder, QUESTIONS, "key: b", "key: z")
        edit(folder, QUESTIONS, "title: Title of q-2", "titel: Title of q-2")
        edit(folder, "too-low/flashcards.yaml", "level: beginner", "level: expert")
        edit(folder, "topics.yaml", "[too-high]", "[too-hot]")
        told = "\n".join(problems_of(folder))
        assert f"{QUESTIONS}: q-1: key: There is no option “z”" in told
        assert f"{QUESTIONS}: q-2: titel: Unknown key" in told
        assert f"{QUESTIONS}: q-2: title: This text is missing" in told
        assert "too-low/flashcards.yaml: c-1: level: Give one of" in told
        assert "topics.yaml: too-low: prerequisites[0]: There is no earlier topic “too-hot”" in told

    def test_a_doubled_key_is_an_error_that_names_key_and_line(self, folder: Path) -> None:
        edit(folder, QUESTIONS, "  key: b\n", "  key: b\n  key: c\n")
        (told, *_) = problems_of(folder)
        assert told.startswith(QUESTIONS) and "duplicate key" in told and '"key"' in told and "line" in told

    def test_yaml_is_1_2(self, folder: Path) -> None:
        edit(folder, QUESTIONS, "lr: 0.25", "lr: 25e-2")
        edit(folder, QUESTIONS, "title: Title of q-1", "title: no")
        bank = parse_bank(folder, scenarios={}, sliders={})
        content = bank.items[0].content
        assert content.title == "no"
        assert content.scenario is not None and content.scenario.resolved.runs[0].optimizer.lr == 0.25

    @pytest.mark.parametrize(
        ("name", "text", "says"),
        [
            (QUESTIONS, "- id: [", "line"),
            (QUESTIONS, "id: q-1", "is a list"),
            (QUESTIONS, "- just text", "entry 1"),
            (QUESTIONS, "- &a {id: x, more: *b}", "undefined alias"),
            (QUESTIONS, "- !!python/object/apply:os.system [ls]", "could not determine a constructor"),
            ("too-high/notes.yaml", "- id: x", "does not belong here"),
            ("questions.yaml", "- id: x", "does not belong here"),
            ("no-topic/questions.yaml", "- id: x", "no topic “no-topic”"),
        ],
    )
    def test_files_that_cannot_be_read_are_named(self, folder: Path, name: str, text: str, says: str) -> None:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
        told = [line for line in problems_of(folder) if line.startswith(name)]
        assert any(says in line for line in told), told

    def test_an_id_stands_once(self, folder: Path) -> None:
        edit(folder, "too-low/flashcards.yaml", "- id: c-1", "- id: q-1")
        edit(
            folder,
            "sources.yaml",
            "- id: goh-2017",
            "- id: x\n  citation: X.\n- id: x\n  citation: Y.\n- id: goh-2017",
        )
        told = "\n".join(problems_of(folder))
        assert "too-low/flashcards.yaml: q-1: id: This id stands in too-high/questions.yaml already" in told
        assert "sources.yaml: x: id: This id stands twice" in told

    def test_a_folder_that_is_not_there(self, tmp_path: Path) -> None:
        assert "no such folder" in problems_of(tmp_path / "nothing")[0]

    def test_an_empty_file_is_an_empty_list(self, folder: Path) -> None:
        (folder / "too-low/flashcards.yaml").write_text("# nothing yet\n", encoding="utf-8")
        assert len(parse_bank(folder, scenarios={}, sliders={}).items) == 3

    def test_proving_files_names_what_does_not_hold(self, folder: Path) -> None:
        assert prove_files(folder) == []
        edit(folder, QUESTIONS, "holds_at: {lr: 1.25}", "holds_at: {lr: 0.5}")
        (problem,) = prove_files(folder)
        assert (problem.file, problem.item) == (
            QUESTIONS,
            "q-1",
        ) and "would hold at lr 0.5" in problem.message


def test_what_is_written_is_stable_and_easy_to_read(folder: Path) -> None:
    text = (folder / QUESTIONS).read_text(encoding="utf-8")
    assert text.startswith("- id: q-1\n  title: Title of q-1\n")
    assert "      claim: {status: diverged}\n" in text
    assert "  stem: |\n    What becomes of" in text
    assert "  sources: [goh-2017]\n" in text
    assert text.count("\n\n- id: ") == 2 and not text.endswith("\n\n")
    assert to_yaml([{"id": "x", "text": "a: b", "feedback": "one\n\ntwo"}]).count("\n") == 6
