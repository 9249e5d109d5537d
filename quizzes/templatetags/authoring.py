"""What the first page of the admin tells."""

from django import template

from quizzes.models import Report

register = template.Library()


@register.simple_tag
def open_reports() -> int:
    """How many reports nobody has handled yet."""
    return Report.objects.filter(handled_at__isnull=True).count()
