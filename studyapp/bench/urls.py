"""The site's addresses, and one that answers bytes that are already there."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from studyapp.urls import urlpatterns as site

ANSWERS: dict[str, HttpResponse] = {}


@csrf_exempt
def bare(request: HttpRequest, name: str) -> HttpResponse:
    """What the page of this name answered, without its work."""
    known = ANSWERS[name]
    return HttpResponse(known.content, content_type=known.headers["Content-Type"], status=known.status_code)


urlpatterns = [path("bare/<str:name>/", bare), *site]
