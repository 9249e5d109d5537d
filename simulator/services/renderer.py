"""The process that draws, as the health check sees it."""

from simulator.figures.renderer import RendererError
from simulator.figures.renderer import renderer as _renderer

__all__ = ["RendererError", "close", "ping"]


def ping() -> None:
    """Raises a RendererError when the drawing process does not answer."""
    if not _renderer().ping():
        raise RendererError("the drawing process gives a strange answer")


def close() -> None:
    """End the drawing process; the next picture starts a new one."""
    _renderer().close()
