"""Logins of instructors: staff who write questions, without being able to change accounts or settings."""

from __future__ import annotations

import secrets

from django.contrib.auth.models import User
from django.db import transaction

from quizzes.services.instructors import ensure_instructors_group

# Without letters and digits that look alike: the password is typed from paper or another screen.
ALPHABET = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def new_password() -> str:
    """A password of 16 characters (93 bits)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(16))


@transaction.atomic
def create_instructor(*, username: str, email: str = "", password: str) -> User:
    """Make a user who may log in to the admin and write questions. The name must be free."""
    user = User.objects.create_user(username, email, password, is_staff=True)
    user.groups.add(ensure_instructors_group())
    return user
