"""The bank: drafts that instructors write, and the frozen versions that learners see.

An :class:`Item` with its :class:`Choice` rows is a *draft*. Publishing freezes it into an
:class:`ItemVersion`, which is never edited; learners' pages and the API read versions only.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from quizzes.core.kinds import QUESTION_KINDS

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


class Topic(models.Model):
    """One of the subjects of the bank, with the topics that should be known before it."""

    slug = models.CharField(_("id"), max_length=60, unique=True, validators=[slug_validator])
    title = models.CharField(_("title"), max_length=120)
    summary = models.TextField(
        _("summary"), blank=True, help_text=_("One or two sentences shown to learners.")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    prerequisites = models.ManyToManyField(
        "self", symmetrical=False, blank=True, verbose_name=_("prerequisites")
    )
    bank_digest = models.CharField(max_length=64, blank=True, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["position", "slug"]
        verbose_name = _("topic")
        verbose_name_plural = _("topics")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("quizzes:topic", args=[self.slug])


class Misconception(models.Model):
    """A named wrong belief. Wrong options point at the one that leads to them."""

    slug = models.CharField(_("id"), max_length=80, unique=True, validators=[slug_validator])
    belief = models.CharField(
        _("belief"), max_length=200, help_text=_("The wrong belief, as its holder would say it.")
    )
    truth = models.TextField(_("what holds"), blank=True)
    bank_digest = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        ordering = ["slug"]
        verbose_name = _("misconception")
        verbose_name_plural = _("misconceptions")

    def __str__(self) -> str:
        return self.belief


class Source(models.Model):
    """A publication that an item rests on."""

    slug = models.CharField(_("id"), max_length=80, unique=True, validators=[slug_validator])
    citation = models.TextField(_("citation"), help_text=_("Authors, year, title, where it appeared."))
    url = models.URLField(_("address"), blank=True)
    bank_digest = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        ordering = ["slug"]
        verbose_name = _("source")
        verbose_name_plural = _("sources")

    def __str__(self) -> str:
        return self.citation


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
