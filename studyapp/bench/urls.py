"""The site's addresses, and one that answers bytes that are already there."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from studyapp.urls import urlpatterns as site

_ANSWERS: dict[str, tuple[bytes, str]] = {}


@csrf_exempt
def bare(request: HttpRequest, name: str) -> HttpResponse:
    """The body that was put under this name, with its type: what a page answered, without its work."""
    if request.method == "PUT":
        _ANSWERS[name] = (request.body, request.META["CONTENT_TYPE"])
        return HttpResponse(status=204)
    body, content_type = _ANSWERS[name]
    return HttpResponse(body, content_type=content_type)


urlpatterns = [path("bare/<str:name>/", bare), *site]
