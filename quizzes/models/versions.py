"""What learners see: frozen versions of items, with the figures drawn for them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from quizzes.core.kinds import QUESTION_KINDS
from quizzes.models.bank import Item
from quizzes.models.references import Topic
from quizzes.models.vocabulary import Kind, Level, State, Verdict


class ItemVersionQuerySet(models.QuerySet["ItemVersion"]):
    def current(self) -> ItemVersionQuerySet:
        """The versions that learners see now."""
        return self.filter(current_of__state=State.PUBLISHED)

    def questions(self) -> ItemVersionQuerySet:
        return self.filter(kind__in=QUESTION_KINDS)

    def flashcards(self) -> ItemVersionQuerySet:
        return self.filter(kind=Kind.FLASHCARD)

    def in_order(self) -> ItemVersionQuerySet:
        """Current versions in the order of the bank."""
        return self.order_by("topic__position", "topic_id", "current_of__position", "item_id")

    def unanswered(self) -> ItemVersionQuerySet:
        """With what may be shown before the answer, and the ids of item and topic; nothing else is loaded."""
        shown = ("id", "number", "kind", "level", "verdict", "question", "published_at")
        related = ("item__slug", "item__state", "topic__slug", "topic__title")
        return self.select_related("item", "topic").only(*shown, *related)


class ItemVersion(models.Model):
    """A published, frozen state of an item. Rows are only ever added.

    ``question`` is all that a learner may see before responding; ``answer`` is everything else (key,
    feedback, explanation, scenario, proof). They are separate columns so that a page which must not give the
    key away need not load it. Their exact keys are those of :mod:`quizzes.core.frozen`.
    """

    item = models.ForeignKey(Item, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, choices=Kind.choices)
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="+")
    level = models.CharField(max_length=20, choices=Level.choices)
    question = models.JSONField()
    answer = models.JSONField()
    draft = models.JSONField(help_text=_("The draft that was published, in the format of the bank's files."))
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    digest = models.CharField(max_length=64)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = ItemVersionQuerySet.as_manager()

    # What went wrong when the figures of this version were drawn just now; not stored.
    drawing_problems: tuple[str, ...] = ()

    class Meta:
        ordering = ["item", "-number"]
        constraints = [models.UniqueConstraint(fields=["item", "number"], name="version_number_once_an_item")]
        verbose_name = _("version")
        verbose_name_plural = _("versions")

    def __str__(self) -> str:
        return f"{self.item_id} v{self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store a new version.

        Raises:
            TypeError: it is stored already. Learners answered it as it is; publish a new one.
        """
        if not self._state.adding:
            raise TypeError("A version is never edited. Change the draft and publish it.")
        super().save(*args, **kwargs)


class ItemFigure(models.Model):
    """A figure panel drawn when its version was published, so that no learner waits for it.

    ``choice`` is the option whose prediction is drawn beside what happens ("" for the figure without one);
    ``position`` orders the panels.
    """

    version = models.ForeignKey(ItemVersion, models.CASCADE, related_name="figures")
    choice = models.CharField(max_length=1, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    panel = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    svg = models.TextField()

    class Meta:
        ordering = ["version", "choice", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "choice", "panel"], name="panel_once_a_version_and_choice"
            )
        ]

    def __str__(self) -> str:
        return f"{self.panel} of version {self.version_id}"


class BankImport(models.Model):
    """The last import of the bank's files: with the same ``digest`` again there is nothing to do."""

    digest = models.CharField(max_length=64)
    imported_at = models.DateTimeField()
    kept = models.JSONField(
        default=list, help_text=_("Ids that were left alone because they were edited here.")
    )

    class Meta:
        ordering = ["-imported_at"]

    def __str__(self) -> str:
        return f"import of {self.imported_at:%Y-%m-%d %H:%M}"
