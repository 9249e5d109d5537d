"""Addresses of the site."""

from django.contrib import admin
from django.urls import include, path

from studyapp.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("_allauth/", include("allauth.headless.urls")),
    path("api/", include("studyapp.api.urls")),
    path("", include(("quizzes.web.urls", "quizzes"))),
    path("", include(("simulator.web.urls", "simulator"))),
]
