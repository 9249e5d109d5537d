"""Publishing: what is frozen, what is refused, and when there is a new version."""

import copy
from typing import Any

import pytest

from quizzes.models import Item, ItemVersion, Misconception, State
from quizzes.selectors import ItemRetired, current_version
from quizzes.services.check_draft import check_draft
from quizzes.services.drafts import differing_items, draft_differs, draft_of, write_draft
from quizzes.services.publish_item import PublishRefused, publish_item
from quizzes.services.retire_item import retire_item, unpublish_item
from quizzes.tests.factory import (
    NOW,
    flashcard_content,
    make_draft,
    make_flashcard,
    make_misconception,
    make_question,
    make_user,
    publish,
    question_content,
)

pytestmark = pytest.mark.django_db


def test_a_published_question_is_frozen() -> None:
    user = make_user()
    item = make_draft(question_content("overshoot"))
    version = publish(item, by=user)
    item.refresh_from_db()
    assert item.state == State.PUBLISHED and item.current_version == version
    assert (version.number, version.verdict, version.published_by) == (1, "proved", user)
    assert version.question["title"] == "Title of overshoot"
    assert version.question["choices"][0] == {"id": "a", "text": "It diverges", "text_html": "It diverges"}
    assert "<math" in version.answer["explanation_html"]
    assert version.answer["proof"]["claims"][1]["verdict"] == "proved"
    assert version.draft["key"] == "b"


def test_unchanged_content_makes_no_new_version_whoever_opens_and_saves_it() -> None:
    item = make_question("q")
    write_draft(item=item, content=draft_of(item))
    for choice in item.choices.all():
        choice.text = choice.text.replace("\n", "\r\n") + " \r\n"
        choice.save()
    assert publish(Item.objects.get(pk=item.pk)).number == 1
    assert ItemVersion.objects.count() == 1


def test_changed_content_makes_a_new_version_and_the_old_one_stays() -> None:
    item = make_question("q")
    first = item.current_version
    item.stem = "Another stem with $x^2$."
    item.save()
    assert draft_differs(Item.objects.get(pk=item.pk))
    second = publish(item)
    assert (second.number, second.question["stem"]) == (2, "Another stem with $x^2$.")
    assert first is not None
    first.refresh_from_db()
    assert "gradient descent" in first.question["stem"]
    assert not draft_differs(Item.objects.get(pk=item.pk))


def test_a_version_cannot_be_edited() -> None:
    version = make_question("q").current_version
    assert version is not None
    version.level = "advanced"
    with pytest.raises(TypeError, match="never edited"):
        version.save()


def test_a_belief_that_was_reworded_makes_a_new_version_too() -> None:
    item = make_question("q")
    Misconception.objects.update(belief="Reworded.")
    assert publish(item).number == 2


def contradicted(**claims: Any) -> dict[str, Any]:
    content = copy.deepcopy(question_content("q"))
    for choice in content["choices"]:
        choice.pop("holds_at", None)
        if choice["id"] in claims:
            choice["claim"] = claims[choice["id"]]
    return content


@pytest.mark.parametrize(
    ("content", "path", "says"),
    [
        (contradicted(b={"measure": "final_loss", "above": 1}), "choices[1].claim", "7.44 × 10⁻²⁴"),
        (contradicted(a={"measure": "final_loss", "below": 1}), "choices[0].claim", "7.44 × 10⁻²⁴"),
        (contradicted(b={"measure": "loss", "at": 1, "below": 2.26}), "choices[1].claim", "2.25"),
        (question_content("q", key="a"), "choices[0].misconception", "key cannot"),
        (question_content("q", sources=[]), "sources", "at least one"),
        (question_content("q", proof="cited", sources=[]), "sources", "at least one"),
        (question_content("q", explanation="$\\frac{1$"), "explanation", "\\frac{1"),
    ],
)
def test_publishing_is_refused_naming_place_and_number(content: dict[str, Any], path: str, says: str) -> None:
    item = make_draft(content)
    with pytest.raises(PublishRefused) as caught:
        publish(item)
    problems = {problem.path: problem for problem in caught.value.problems}
    assert path in problems, problems
    assert says in problems[path].message
    if path.endswith("claim"):
        assert says in problems[path].measured and problems[path].choice
    item.refresh_from_db()
    assert item.state == State.DRAFT and item.current_version is None
    assert not ItemVersion.objects.exists()


def test_a_refused_change_leaves_the_published_version_in_place() -> None:
    item = make_question("q")
    item.key = "a"
    item.save()
    with pytest.raises(PublishRefused):
        publish(item)
    assert current_version("q").number == 1


def test_checking_a_draft_tells_everything_and_writes_nothing() -> None:
    make_draft(question_content("q"))
    before = ItemVersion.objects.count(), Item.objects.values_list("updated_at", flat=True).get()
    check = check_draft(content=contradicted(a={"monotone": True}))
    assert not check.ok and check.proof is not None and check.scenario is not None
    assert [claim.verdict for claim in check.proof.claims] == ["proved", "proved", "refuted"]
    assert check.slider is not None and check.publishable is None
    assert check_draft(content=question_content("q")).ok
    assert (ItemVersion.objects.count(), Item.objects.values_list("updated_at", flat=True).get()) == before


def test_a_scenario_beyond_the_budget_is_a_problem_and_no_crash() -> None:
    make_draft(question_content("q"))
    content = question_content("q", slider=None)
    content["scenario"] = {
        "objective": {"name": "linear"},
        "data": {"X": [[1.0] * 60] * 2000, "y": [1.0] * 2000},
        "start": [0] * 60,
        "steps": 5000,
        "runs": [{"label": f"r{i}", "optimizer": {"name": "SGD", "lr": 0.001}} for i in range(512)],
    }
    for choice in content["choices"]:
        choice.pop("holds_at", None)
        choice["claim"] = {"run": "r0", "monotone": choice["id"] == "b"}
    check = check_draft(content=content)
    assert [problem.path for problem in check.problems] == ["scenario"]


def test_a_flashcard_is_published_without_a_key() -> None:
    version = make_flashcard("c").current_version
    assert version is not None
    assert (version.kind, version.verdict, version.answer["key"]) == ("flashcard", "none", "")
    assert version.answer["scenario"]["runs"][0]["optimizer"]["lr"] == 1.1
    plain = make_flashcard("d", scenario=None).current_version
    assert plain is not None and plain.answer["scenario"] is None


def test_retired_items_are_gone_and_unpublished_ones_were_never_there() -> None:
    item = make_question("q")
    retire_item(item=item)
    with pytest.raises(ItemRetired):
        current_version("q")
    version = publish(item)
    assert version.number == 1
    assert current_version("q") == version
    unpublish_item(item=item)
    with pytest.raises(ItemVersion.DoesNotExist) as caught:
        current_version("q")
    assert not isinstance(caught.value, ItemRetired)
    assert publish(Item.objects.get(pk=item.pk)).number == 1


def test_drafts_that_differ_are_found_in_a_few_queries(django_assert_max_num_queries: Any) -> None:
    same, changed = make_question("q1"), make_question("q2")
    for number in range(3, 9):
        make_question(f"q{number}")
    Item.objects.filter(pk=changed.pk).update(title="Another title")
    with django_assert_max_num_queries(5):
        assert differing_items(Item.objects.all()) == {changed.pk}
    assert same.pk not in differing_items(Item.objects.filter(pk=same.pk))


def test_writing_a_draft_and_reading_it_gives_the_same() -> None:
    for content in (
        question_content("q", also=["too-low"], sources=["cohen-2021", "goh-2017"]),
        flashcard_content("c", slider={"min": 0.1, "max": 2}),
    ):
        item = make_draft(content)
        assert draft_of(item) == content
        assert draft_of(Item.objects.with_draft().get(pk=item.pk)) == content


def test_writing_a_draft_again_removes_what_is_gone() -> None:
    item = make_draft(question_content("q", also=["too-low"]))
    content = question_content("q")
    content["choices"] = content["choices"][:2]
    del content["takeaway"]
    write_draft(item=item, content=content)
    assert draft_of(item) == content


def test_a_draft_may_not_refer_to_what_is_not_there() -> None:
    item = make_draft(question_content("q"))
    content = question_content("q", stem="Changed")
    content["choices"][0]["misconception"] = "nobody-thinks-so"
    with pytest.raises(Misconception.DoesNotExist, match="nobody-thinks-so"):
        write_draft(item=item, content=content)
    assert "gradient descent" in draft_of(Item.objects.get(pk=item.pk))["stem"]
    make_misconception("nobody-thinks-so")
    assert draft_of(write_draft(item=item, content=content))["stem"] == "Changed"


def test_a_draft_that_changes_while_it_is_proved_is_not_published(monkeypatch: pytest.MonkeyPatch) -> None:
    item = make_draft(question_content("q"))
    from quizzes.services import publish_item as module

    def slow_check(*, content: Any) -> Any:
        Item.objects.filter(pk=item.pk).update(stem="Changed meanwhile")
        return check_draft(content=content)

    monkeypatch.setattr(module, "check_draft", slow_check)
    with pytest.raises(PublishRefused, match="changed meanwhile"):
        publish_item(item=item, by=None, at=NOW, draw=False)
    assert not ItemVersion.objects.exists()
