"""Instructors: staff who write questions, without being able to change accounts or settings."""

from __future__ import annotations

import secrets

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission, User
from django.db import transaction

GROUP = "Instructors"
WRITTEN = ("view", "add", "change", "delete")
READ = ("view",)
# What an instructor may do with each model of ``quizzes``. Versions and responses are records: read only.
RIGHTS: dict[str, tuple[str, ...]] = {
    "topic": WRITTEN,
    "item": (*WRITTEN, "publish"),
    "choice": WRITTEN,
    "source": WRITTEN,
    "misconception": WRITTEN,
    "report": ("view", "change"),
    "itemversion": READ,
    "itemfigure": READ,
    "response": READ,
    "attempt": READ,
}
# Without letters and digits that look alike: the password is typed from paper or another screen.
ALPHABET = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def instructors_group() -> Group:
    """The group with all the rights above; rights that an administrator added to it stay."""
    group, _ = Group.objects.get_or_create(name=GROUP)
    codenames = [f"{right}_{model}" for model, rights in RIGHTS.items() for right in rights]
    group.permissions.add(
        *Permission.objects.filter(content_type__app_label="quizzes", codename__in=codenames)
    )
    return group


def new_password() -> str:
    """A password of 16 characters (93 bits)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(16))


@transaction.atomic
def create_instructor(*, username: str, email: str = "", password: str) -> User:
    """Make a user who may log in to the admin and write questions. The name must be free."""
    user = get_user_model().objects.create_user(username, email, password, is_staff=True)
    user.groups.add(instructors_group())
    return user
