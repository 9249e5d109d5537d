"""Drafts that instructors write.

An :class:`Item` with its :class:`Choice` rows is a *draft*. Publishing freezes it into an
:class:`~quizzes.models.versions.ItemVersion`; learners' pages and the API read versions only.
"""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from quizzes.core.kinds import QUESTION_KINDS
from quizzes.models.references import Misconception, Source, Topic
from quizzes.models.vocabulary import Kind, Level, State, Verdict, slug_validator


class ItemQuerySet(models.QuerySet["Item"]):
    def published(self) -> ItemQuerySet:
        return self.filter(state=State.PUBLISHED, current_version__isnull=False)

    def questions(self) -> ItemQuerySet:
        return self.filter(kind__in=QUESTION_KINDS)

    def flashcards(self) -> ItemQuerySet:
        return self.filter(kind=Kind.FLASHCARD)

    def with_draft(self) -> ItemQuerySet:
        """With all that a draft is made of, for :func:`quizzes.services.drafts.draft_of` over many items."""
        return self.select_related("topic").prefetch_related("also", "sources", "choices__misconception")


class Item(models.Model):
    """The draft of anything a learner responds to.

    ``scenario_name`` names a scenario of the catalogue and ``scenario_changes`` overrides settings of it
    (``{"lr": 0.9}``); or ``scenario`` holds a whole scenario written for this item. A flashcard has ``front``
    and ``back`` and may go without a scenario.
    """

    slug = models.CharField(_("id"), max_length=80, unique=True, validators=[slug_validator])
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.SINGLE_CHOICE)
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="items", verbose_name=_("topic"))
    also = models.ManyToManyField(Topic, blank=True, related_name="+", verbose_name=_("also about"))
    level = models.CharField(_("level"), max_length=20, choices=Level.choices, default=Level.BEGINNER)
    position = models.PositiveIntegerField(_("position"), default=0, help_text=_("Order inside the topic."))
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.DRAFT, editable=False
    )
    title = models.CharField(
        _("title"), max_length=80, help_text=_("A short name for lists. It must not give the answer away.")
    )
    stem = models.TextField(_("stem"), blank=True, help_text=_("The question, in Markdown with $formulas$."))
    key = models.CharField(_("key"), max_length=1, blank=True, help_text=_("The id of the right option."))
    proof = models.CharField(
        _("how the key is known"), max_length=10, choices=Verdict.choices, default=Verdict.PROVED
    )
    front = models.TextField(_("front"), blank=True)
    back = models.TextField(_("back"), blank=True)
    explanation = models.TextField(
        _("explanation"), blank=True, help_text=_("The reason, in at most 120 words.")
    )
    look_at = models.TextField(_("what to look at"), blank=True, help_text=_("What to look at in the plot."))
    takeaway = models.CharField(
        _("takeaway"), max_length=300, blank=True, help_text=_("One sentence to carry away.")
    )
    scenario_name = models.CharField(_("named scenario"), max_length=80, blank=True)
    scenario_changes = models.JSONField(_("settings changed"), null=True, blank=True)
    scenario = models.JSONField(_("own scenario"), null=True, blank=True)
    slider = models.JSONField(_("slider"), null=True, blank=True)
    sources = models.ManyToManyField(Source, blank=True, verbose_name=_("sources"))
    current_version = models.OneToOneField(
        "ItemVersion", models.SET_NULL, null=True, blank=True, related_name="current_of", editable=False
    )
    bank_digest = models.CharField(
        max_length=64,
        blank=True,
        editable=False,
        help_text=_(
            "Digest of the draft as the bank's files last wrote it; differs once an instructor edits."
        ),
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ItemQuerySet.as_manager()

    class Meta:
        ordering = ["topic__position", "position", "slug"]
        verbose_name = _("item")
        verbose_name_plural = _("items")
        permissions = [("publish_item", _("Can publish, unpublish and retire items"))]
        indexes = [
            models.Index(fields=["kind", "state"], name="item_kind_state"),
            # Holds all that is needed to find the current versions.
            models.Index(fields=["state", "current_version"], name="item_state_version"),
        ]

    def __str__(self) -> str:
        return self.title or self.slug

    def get_absolute_url(self) -> str:
        name = "quizzes:card" if self.kind == Kind.FLASHCARD else "quizzes:question"
        return reverse(name, args=[self.slug])


class Choice(models.Model):
    """One option of a draft choice item."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="choices")
    label = models.CharField(
        _("id"), max_length=1, validators=[RegexValidator(r"^[a-h]$", _("One letter, a to h."))]
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    text = models.TextField(_("text"))
    feedback = models.TextField(_("feedback"), blank=True)
    misconception = models.ForeignKey(
        Misconception, models.PROTECT, null=True, blank=True, verbose_name=_("misconception")
    )
    claim = models.JSONField(_("claim"), null=True, blank=True)
    holds_at = models.JSONField(
        _("would hold at"),
        null=True,
        blank=True,
        help_text=_("A change of settings with which this option would be right, for example lr 1.05."),
    )

    class Meta:
        ordering = ["position", "label"]
        constraints = [models.UniqueConstraint(fields=["item", "label"], name="choice_label_once_an_item")]
        verbose_name = _("option")
        verbose_name_plural = _("options")

    def __str__(self) -> str:
        return f"{self.label}: {self.text}"
