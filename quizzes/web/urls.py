"""Addresses of the learners' pages."""

from django.urls import URLPattern, URLResolver, path

from quizzes.web import (
    account,
    attempts,
    cards,
    home,
    preferences,
    privacy,
    progress,
    questions,
    quizzes,
    reports,
    topics,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("topics/", topics.topics, name="topics"),
    path("topics/<slug:slug>/", topics.topic, name="topic"),
    path("next/", questions.next_question, name="next"),
    path("questions/<slug:slug>/", questions.question, name="question"),
    path("questions/<slug:slug>/report/", reports.report, name="report"),
    path("responses/<uuid:response_id>/", questions.response, name="response"),
    path("cards/", cards.cards, name="cards"),
    path("cards/<slug:slug>/", cards.card, name="card"),
    path("quizzes/", quizzes.quizzes, name="quizzes"),
    path("attempts/<uuid:attempt_id>/", attempts.attempt, name="attempt"),
    path("attempts/<uuid:attempt_id>/<int:place>/", attempts.attempt_place, name="attempt_place"),
    path("attempts/<uuid:attempt_id>/summary/", quizzes.summary, name="attempt_summary"),
    path("attempts/<uuid:attempt_id>/again/", quizzes.again, name="attempt_again"),
    path("progress/", progress.progress, name="progress"),
    path("account/", account.account, name="account"),
    path("account/data/", account.data, name="data"),
    path("account/delete/", account.delete, name="delete"),
    path("preferences/", preferences.preferences, name="preferences"),
    path("privacy/", privacy.privacy, name="privacy"),
]
