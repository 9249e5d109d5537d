"""The REST API, version 1."""

from django.urls import include, path

urlpatterns = [
    path("", include("quizzes.api.urls")),
    path("", include("simulator.api.urls")),
]
