"""What a guest answered goes along when the guest signs up or logs in."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import user_signed_up
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from quizzes.services import learners
from quizzes.web.learner import forget_guest, guest_of_session


@receiver(user_signed_up)
def attach_guest(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """A new account takes over the guest's row, even while its address is not confirmed yet."""
    guest = guest_of_session(request) if hasattr(request, "session") else None
    if guest is not None:
        learners.attach_guest(guest=guest, user=user)
        forget_guest(request)


@receiver(user_logged_in)
def merge_guest(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """An account that exists gets the guest's answers added to its own."""
    guest = guest_of_session(request) if hasattr(request, "session") else None
    if guest is not None:
        learners.merge_guest(guest=guest, user=user)
        forget_guest(request)
