"""Checks of a deployment, run by ``manage.py check --deploy``."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register  # noqa: A004 (Django's name for it)


@register(Tags.security, deploy=True)
def mail_reaches_people(**_: Any) -> list[CheckMessage]:
    if settings.EMAIL_BACKEND.endswith("filebased.EmailBackend"):
        return [
            Warning(
                "Mail is written to files, so nobody receives a password reset.",
                hint="Set EMAIL_URL, for example smtp+tls://user:password@mail.example.org:587",
                id="studyapp.W001",
            )
        ]
    return []
