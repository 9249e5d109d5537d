"""The group of those who write and publish items."""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission
from django.db import transaction

INSTRUCTORS = "Instructors"
# Versions, responses and figures are never edited; learners and memories are nobody's business.
CODENAMES = (
    *("add_item", "change_item", "delete_item", "view_item", "publish_item"),
    *("add_choice", "change_choice", "delete_choice", "view_choice"),
    *("add_topic", "change_topic", "view_topic"),
    *("add_misconception", "change_misconception", "delete_misconception", "view_misconception"),
    *("add_source", "change_source", "delete_source", "view_source"),
    *("view_itemversion", "view_itemfigure", "view_response"),
    *("view_report", "change_report"),
)


@transaction.atomic
def ensure_instructors_group() -> Group:
    """Create the group, or give it exactly these permissions again.

    The permissions exist once the migrations have run.

    Raises:
        RuntimeError: a permission is missing.
    """
    permissions = list(Permission.objects.filter(content_type__app_label="quizzes", codename__in=CODENAMES))
    missing = set(CODENAMES) - {permission.codename for permission in permissions}
    if missing:
        raise RuntimeError(
            f"Run the migrations first; these permissions are missing: {', '.join(sorted(missing))}."
        )
    group, _ = Group.objects.get_or_create(name=INSTRUCTORS)
    group.permissions.set(permissions)
    return group
