"""What can go wrong between the site and the process that draws."""

from __future__ import annotations


class RendererError(RuntimeError):
    """A picture could not be drawn. `code` is stable; the message is for logs, not for learners."""

    code = "renderer_error"


class BadDescription(RendererError):
    """The drawing library refused the description (unknown field, address to fetch, not a chart)."""

    code = "bad_description"


class RendererTimeout(RendererError):
    """The job took longer than allowed; the process was killed and the next job starts a new one."""

    code = "renderer_timeout"


class RendererCrashed(RendererError):
    """The process ended while drawing, twice in a row."""

    code = "renderer_crashed"


class RendererBusy(RendererError):
    """Other threads kept the process busy for longer than this job was willing to wait."""

    code = "renderer_busy"
