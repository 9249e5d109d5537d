"""Addresses under ``/api/``."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from studyapp.api.views import Docs, Root, Schema, Unknown

version_1: list[URLPattern | URLResolver] = [
    path("", Root.as_view(), name="api-root"),
    path("schema/", Schema.as_view(), name="api-schema"),
    path("docs/", Docs.as_view(), name="api-docs"),
    path("", include("simulator.api.urls")),
    path("", include("quizzes.api.urls")),
]
urlpatterns = [
    path("v1/", include(version_1)),
    re_path(r"", Unknown.as_view(), name="api-unknown"),
]
