"""Redirects after a form."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme


class SeeOther(HttpResponseRedirect):
    """303: what a form led to is read with GET, so that a reload does not send the form again."""

    status_code = 303


def own_address(request: HttpRequest, address: str | None, default: str) -> str:
    """``address`` where it is one of this site, else ``default``."""
    allowed = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if address and allowed else default
