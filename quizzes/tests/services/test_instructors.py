"""The rights of instructors."""

import pytest
from django.contrib.auth.models import Permission

from quizzes.services.instructors import CODENAMES, ensure_instructors_group
from quizzes.tests.factory import make_user

pytestmark = pytest.mark.django_db


def test_the_group_may_write_and_publish_but_not_touch_what_learners_did() -> None:
    group = ensure_instructors_group()
    user = make_user("prof", is_staff=True)
    user.groups.add(group)
    assert user.has_perms(["quizzes.publish_item", "quizzes.change_item", "quizzes.change_report"])
    for forbidden in (
        *("change_response", "delete_response", "add_response", "view_learner", "view_memory"),
        *("change_itemversion", "delete_itemversion", "delete_topic", "delete_report"),
    ):
        assert not user.has_perm(f"quizzes.{forbidden}"), forbidden


def test_doing_it_again_repairs_the_group() -> None:
    group = ensure_instructors_group()
    group.permissions.clear()
    group.permissions.add(Permission.objects.get(codename="delete_user"))
    assert ensure_instructors_group() == group
    assert set(group.permissions.values_list("codename", flat=True)) == set(CODENAMES)
