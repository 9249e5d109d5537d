"""What learners answered to an item: counts only, never who."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from quizzes.admin.items.history import HistoryMixin
from quizzes.core.markup import plain_text
from quizzes.models import Confidence, Item, Kind
from quizzes.selectors.statistics import ItemStatistics, item_statistics

RATINGS = ("again", "hard", "good", "easy")
FEW = 5  # below this a share says little


class AnswersMixin(HistoryMixin):
    """The page ``<id>/answers/``."""

    def answers_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        item = self.item_or_404(request, object_id)
        statistics = item_statistics(item)
        context = self.page_context(request, item, gettext("Answers"))
        context |= {
            "statistics": statistics,
            "few": statistics.responses < FEW,
            "bars": bars_of(item, statistics),
            "confidences": [
                {
                    **shares(row.count, row.correct),
                    "name": Confidence(row.confidence).label if row.confidence else _("not said"),
                }
                for row in statistics.by_confidence
            ],
            "versions": [
                {**shares(row.count, row.correct), "number": row.version} for row in statistics.by_version
            ],
            "is_card": item.kind == Kind.FLASHCARD,
        }
        return TemplateResponse(request, "admin/quizzes/item/answers.html", context)

    def answers_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(partial(self.answers_view))
        return [path("<path:object_id>/answers/", view, name="quizzes_item_answers")]


def shares(count: int, correct: int) -> dict[str, Any]:
    return {"count": count, "correct": correct, "percent": round(100 * correct / count) if count else 0}


def bars_of(item: Item, statistics: ItemStatistics) -> list[dict[str, Any]]:
    """One bar for each option of the version answered last (or each rating), also for those never chosen."""
    counts = {row.choice: row for row in statistics.by_choice}
    texts, key = {rating: rating for rating in RATINGS}, ""
    if item.kind != Kind.FLASHCARD:
        version = item.versions.filter(number=statistics.version or 0).first()
        if version is None:
            return []
        texts = {choice["id"]: plain_text(choice["text"]) for choice in version.question["choices"]}
        key = version.answer["key"]
    return [
        {
            "id": name,
            "text": text,
            "is_key": name == key,
            "count": counts[name].count if name in counts else 0,
            "percent": round(100 * counts[name].share) if name in counts else 0,
        }
        for name, text in texts.items()
    ]
