"""“Report this question”: a remark to the instructors."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from quizzes.models import Item
from quizzes.services.report_item import report_item
from quizzes.web.forms import ReportForm
from quizzes.web.learner import learner_for
from quizzes.web.redirects import own_address
from quizzes.web.requests import HtmxRequest


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HtmxRequest, slug: str) -> HttpResponse:
    """The form, and after sending it the thanks; as a fragment when htmx asks."""
    items = Item.objects.filter(current_version__isnull=False).select_related("current_version")
    unseen = ("current_version__answer", "current_version__draft")
    item = get_object_or_404(items.defer(*unseen), slug=slug)
    form = ReportForm(request.POST if request.method == "POST" else None)
    sent = request.method == "POST" and form.is_valid()
    if sent:
        report_item(
            learner=learner_for(request, create=False),
            item=item,
            version=item.current_version,
            reason=form.cleaned_data["reason"],
            text=form.cleaned_data["text"],
            at=timezone.now(),
        )
    context = {
        "title": item.current_version.question["title"] if item.current_version else "",
        "form": form,
        "thanks": sent,
        "action": request.get_full_path(),
        "back_url": own_address(request, request.GET.get("back"), item.get_absolute_url()),
    }
    template = "quizzes/report_form.html" if request.htmx else "quizzes/report.html"
    return render(request, template, context)
