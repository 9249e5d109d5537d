"""Drawing happens in a child process: the library holds the interpreter's lock while it draws and does not
survive a fork. This package is the only place that knows of it."""

from simulator.figures.renderer.errors import (
    BadDescription,
    RendererBusy,
    RendererCrashed,
    RendererError,
    RendererTimeout,
)
from simulator.figures.renderer.handle import Renderer, renderer

__all__ = [
    "BadDescription",
    "Renderer",
    "RendererBusy",
    "RendererCrashed",
    "RendererError",
    "RendererTimeout",
    "renderer",
]
