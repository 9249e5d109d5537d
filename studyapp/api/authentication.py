"""Session tokens of django-allauth's headless app client."""

from __future__ import annotations

from typing import Any

from allauth.headless.contrib.rest_framework.authentication import XSessionTokenAuthentication
from django.http.request import HttpHeaders
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

HEADER = "X-Session-Token"
LONGEST_TOKEN = 200
_META_NAME = HttpHeaders.to_wsgi_name(HEADER)


class SessionTokenAuthentication(XSessionTokenAuthentication):
    """Identifies a learner by ``X-Session-Token``; a token that is not valid is refused on every endpoint.

    Cookies of the site are not looked at, so no page of another site can act here for a learner who is
    logged in.
    """

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        token = request.META.get(_META_NAME)  # most requests have none, and need not build all `headers`
        if token is None:
            return None
        known = None
        if 0 < len(token) <= LONGEST_TOKEN and token.isascii() and token.isalnum():
            known = super().authenticate(request)
        if known is None:
            raise AuthenticationFailed(
                _(
                    "The session token is not valid or has expired: log in again at"
                    " /_allauth/app/v1/auth/login."
                ),
                "invalid_token",
            )
        return known

    def authenticate_header(self, request: Request) -> str:
        return 'X-Session-Token realm="api"'
