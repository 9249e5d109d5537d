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


@register(Tags.security, deploy=True)
def a_proxy_speaks_https(**_: Any) -> list[CheckMessage]:
    if settings.PRODUCTION and not settings.TRUSTED_PROXIES:
        return [
            Warning(
                "No proxy is trusted, so a request that came to it by HTTPS looks like one that did not,"
                " and is redirected for ever.",
                hint="Set TRUSTED_PROXIES to the number of reverse proxies in front, usually 1.",
                id="studyapp.W002",
            )
        ]
    return []
