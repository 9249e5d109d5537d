"""The site's addresses, and two that fail."""

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.urls import path

from studyapp.urls import urlpatterns as site


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("password=hunter2")


def forbidden(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied("password=hunter2")


def suspicious(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation("password=hunter2")


urlpatterns = [
    path("broken/", broken),
    path("forbidden/", forbidden),
    path("suspicious/", suspicious),
    *site,
]
