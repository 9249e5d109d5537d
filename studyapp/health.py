"""``/healthz``: whether the site can do its work."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from simulator.services import renderer

logger = logging.getLogger(__name__)


class Unhealthy(Exception):
    """What is wrong with a part, in words that may be shown to anybody."""


def database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def migrations() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise Unhealthy("not all applied: run manage.py prepare")


def picture_renderer() -> None:
    renderer.ping()


PARTS: dict[str, Callable[[], None]] = {
    "database": database,
    "migrations": migrations,
    "renderer": picture_renderer,
}


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when every part answers; 503 naming the parts that do not. Details go to the log only."""
    parts: dict[str, str] = {}
    for name, check in PARTS.items():
        try:
            check()
        except Unhealthy as error:
            parts[name] = str(error)
        except Exception:
            logger.exception("Health check of the %s failed", name)
            parts[name] = "does not answer"
        else:
            parts[name] = "ok"
    healthy = set(parts.values()) == {"ok"}
    return JsonResponse(
        {"status": "ok" if healthy else "failing", "parts": parts}, status=200 if healthy else 503
    )
