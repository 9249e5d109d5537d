"""Words of the bank that rows are limited to."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

slug_validator = RegexValidator(
    r"^[a-z0-9]+(-[a-z0-9]+)*$",
    _("Use lower-case letters, digits and single hyphens, for example “overshoot-converges”."),
)


class Level(models.TextChoices):
    BEGINNER = "beginner", _("beginner")
    INTERMEDIATE = "intermediate", _("intermediate")
    ADVANCED = "advanced", _("advanced")


class Kind(models.TextChoices):
    SINGLE_CHOICE = "single_choice", _("single choice")
    FLASHCARD = "flashcard", _("flashcard")


class State(models.TextChoices):
    """Where an item stands. A published item may have a draft that differs from its current version."""

    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    RETIRED = "retired", _("retired")


class Verdict(models.TextChoices):
    """How an item's key is known to be right. Flashcards carry ``none``."""

    PROVED = "proved", _("proved by simulation")
    CITED = "cited", _("cited from the literature")
    NONE = "none", _("no key")
