"""What learners answered, and what the scheduler makes of it."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from quizzes.models.bank import Item
from quizzes.models.versions import ItemVersion


class Confidence(models.TextChoices):
    GUESS = "guess", _("guess")
    UNSURE = "unsure", _("unsure")
    SURE = "sure", _("sure")


class Learner(models.Model):
    """Who responds: a guest (``user`` is null; the session holds the id) or a user.

    Signing up attaches the guest's row to the new user; logging in merges it into the user's row, and
    ``merged_into`` keeps the trace so that another tab of the guest still finds its way.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="learner"
    )
    merged_into = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("learner")
        verbose_name_plural = _("learners")

    def __str__(self) -> str:
        return f"learner {self.pk}"

    @property
    def is_guest(self) -> bool:
        return self.user_id is None


class Attempt(models.Model):
    """One sitting of a quiz: an ordered list of item versions, answered one by one with feedback at once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    learner = models.ForeignKey(Learner, models.CASCADE, related_name="attempts")
    topics = models.JSONField(default=list, help_text=_("Slugs of the chosen topics; empty: all."))
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")

    def __str__(self) -> str:
        return f"attempt {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("quizzes:attempt", args=[self.pk])


class AttemptItem(models.Model):
    """One place in an attempt."""

    attempt = models.ForeignKey(Attempt, models.CASCADE, related_name="places")
    position = models.PositiveSmallIntegerField()
    version = models.ForeignKey(ItemVersion, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["attempt", "position"]
        constraints = [models.UniqueConstraint(fields=["attempt", "position"], name="one_item_a_place")]

    def __str__(self) -> str:
        return f"place {self.position} of {self.attempt_id}"


class Response(models.Model):
    """A learner's answer to one item version. Append-only; the client makes the id.

    ``response`` is the contract's object (``{"choice": "a"}``, ``{"rating": "good"}``); ``due_at`` is when
    the item comes back as decided at the time, stored so that a repeated post gets the very same result.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    learner = models.ForeignKey(Learner, models.CASCADE, related_name="responses")
    item = models.ForeignKey(Item, models.PROTECT, related_name="responses")
    version = models.ForeignKey(ItemVersion, models.PROTECT, related_name="responses")
    attempt = models.ForeignKey(Attempt, models.SET_NULL, null=True, blank=True, related_name="responses")
    variant = models.CharField(max_length=40, blank=True)
    shown_order = models.JSONField(
        null=True, blank=True, help_text=_("Ids of the options in the order shown.")
    )
    response = models.JSONField()
    confidence = models.CharField(max_length=10, choices=Confidence.choices, blank=True)
    score = models.FloatField()
    correct = models.BooleanField()
    answered_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    elapsed_ms = models.PositiveIntegerField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["recorded_at", "id"]
        indexes = [
            models.Index(fields=["learner", "recorded_at"], name="response_of_learner"),
            models.Index(fields=["learner", "item", "answered_at"], name="response_of_learner_item"),
            models.Index(fields=["item", "correct"], name="response_of_item"),
        ]
        verbose_name = _("response")
        verbose_name_plural = _("responses")

    def __str__(self) -> str:
        return f"{self.learner_id} on {self.item_id}: {self.score:g}"

    def get_absolute_url(self) -> str:
        return reverse("quizzes:response", args=[self.pk])


class Memory(models.Model):
    """What the scheduler (FSRS) knows of one learner and one item: a projection of the responses."""

    learner = models.ForeignKey(Learner, models.CASCADE, related_name="memories")
    item = models.ForeignKey(Item, models.CASCADE, related_name="memories")
    card = models.JSONField(help_text=_("The scheduler's own state of the item."))
    due_at = models.DateTimeField()
    last_review_at = models.DateTimeField()
    last_correct = models.BooleanField()
    reviews = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["learner", "item"], name="one_memory_a_learner_and_item")
        ]
        indexes = [models.Index(fields=["learner", "due_at"], name="memory_due")]

    def __str__(self) -> str:
        return f"{self.learner_id} remembers {self.item_id}"


class Report(models.Model):
    """A learner's remark that something is wrong with an item."""

    class Reason(models.TextChoices):
        WRONG_KEY = "wrong_key", _("The answer seems wrong")
        UNCLEAR = "unclear", _("The question is unclear")
        FIGURE = "figure", _("The figure does not fit or does not work")
        OTHER = "other", _("Something else")

    item = models.ForeignKey(Item, models.CASCADE, related_name="reports")
    version = models.ForeignKey(ItemVersion, models.SET_NULL, null=True, blank=True, related_name="+")
    learner = models.ForeignKey(Learner, models.SET_NULL, null=True, blank=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=20, choices=Reason.choices, default=Reason.OTHER)
    text = models.TextField(_("what is wrong"), max_length=2000, blank=True)
    created_at = models.DateTimeField()
    handled_at = models.DateTimeField(_("handled"), null=True, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    note = models.TextField(_("note"), blank=True)

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("report")
        verbose_name_plural = _("reports")

    def __str__(self) -> str:
        return f"{self.item_id}: {self.get_reason_display()}"
