"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path, re_path

from quizzes.api.bank import Flashcard, Flashcards, Question, Questions
from quizzes.api.coming import NAMES, list_view
from quizzes.api.progress import Progress
from quizzes.api.responses import OneResponse, Responses
from quizzes.api.topics import OneTopic, Topics

UUID_TEXT = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"

urlpatterns: list[URLPattern | URLResolver] = [
    path("topics/", Topics.as_view(), name="api-topics"),
    path("topics/<slug:slug>/", OneTopic.as_view(), name="api-topic"),
    path("questions/", Questions.as_view(), name="api-questions"),
    path("questions/<slug:slug>/", Question.as_view(), name="api-question"),
    path("flashcards/", Flashcards.as_view(), name="api-flashcards"),
    path("flashcards/<slug:slug>/", Flashcard.as_view(), name="api-flashcard"),
    path("responses/", Responses.as_view(), name="api-responses"),
    # Not Django's converter for UUIDs, which takes small letters only; some platforms write capital ones.
    re_path(rf"^responses/(?P<response_id>{UUID_TEXT})/$", OneResponse.as_view(), name="api-response"),
    path("progress/", Progress.as_view(), name="api-progress"),
    *(path(f"{name}/", list_view(name).as_view(), name=f"api-{name}") for name in NAMES),
]
