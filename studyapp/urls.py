"""Addresses of the site."""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from studyapp.health import healthz

# Instructors log in where everybody does, because there attempts are limited and a password can be reset.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    # Browsers ask for it on addresses that are no pages, such as a figure's.
    path("favicon.ico", RedirectView.as_view(url=f"{settings.STATIC_URL}img/favicon.svg")),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("_allauth/", include("allauth.headless.urls")),
    path("api/", include("studyapp.api.urls")),
    path("", include("simulator.web.urls")),
    path("", include(("quizzes.web.urls", "quizzes"))),
]
