"""What items refer to: topics, misconceptions and sources."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from quizzes.models.vocabulary import slug_validator


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
