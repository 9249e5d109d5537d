"""What is done to an SVG after it was drawn: named for screen readers, safe to put on a page beside others,
small, and the same bytes every time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

# Geometry only: a text like "lr 0.0025" must keep its digits.
_GEOMETRY = re.compile(r' (?:d|transform|x2|y2)="[^"]*"')
_LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}(?:e-?\d+)?|-?\d+(?:\.\d+)?e-?\d+")
_CLIP = re.compile(r"\bclip(\d+)\b")
_EMPTY = re.compile(
    r'<path class="foreground" aria-hidden="true" d=""[^>]*/>'
    r'|<path class="background"[^>]* d="M0,0h0v0h0Z"[^>]*/>'
)
_BACKDROP = re.compile(
    r'<path class="background" aria-hidden="true" d="M0,0h[\d.]+v[\d.]+h-[\d.]+Z"/>'
    r'|<rect [^>]*fill="transparent"[^>]*/>'
)
_ARIA = re.compile(r' (?:aria-hidden|aria-label|aria-roledescription|role)="[^"]*"')
_TAG = re.compile(r"<svg[^>]*>")
_TEXT = re.compile(r">[^<]*</text>")
_SUPERSCRIPT = re.compile("[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_LOWERED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "−0123456789")
_SIZE = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')


def finish(svg: str, *, prefix: str, title: str, description: str) -> str:
    """The SVG of one panel as it is served.

    `prefix` makes its ids unique on a page. Coordinates are rounded to hundredths of a pixel. The picture
    is one image to a screen reader, with a title and a description; its parts say nothing of their own.
    """
    order: dict[str, int] = {}
    svg = _EMPTY.sub("", _BACKDROP.sub("", svg))
    svg = _CLIP.sub(lambda found: f"{prefix}-clip{order.setdefault(found[1], len(order))}", svg)
    svg = _GEOMETRY.sub(lambda found: _LONG_NUMBER.sub(_hundredths, found[0]), svg)
    svg = _ARIA.sub("", svg)
    head = _head(prefix, title, description, size(svg), size(svg))
    return _TAG.sub(lambda _found: head, svg, count=1)


def with_raised_digits(svg: str) -> str:
    """The SVG with superscript digits as small raised ones. The drawing library's own font lacks most of the
    superscripts, and in a PNG it sets a whole text in another font for the sake of one."""

    def raised(found: re.Match[str]) -> str:
        return f'<tspan baseline-shift="super" font-size="8.5">{found[0].translate(_LOWERED)}</tspan>'

    return _TEXT.sub(lambda text: _SUPERSCRIPT.sub(raised, text[0]), svg)


def _hundredths(found: re.Match[str]) -> str:
    text = f"{float(found[0]):.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def size(svg: str) -> tuple[float, float]:
    """Width and height in the SVG's own units."""
    found = _SIZE.search(svg)
    if found is None:
        raise ValueError("an SVG without a viewBox")
    return float(found[1]), float(found[2])


def side_by_side(
    panels: Sequence[str],
    *,
    columns: int,
    card: str,
    prefix: str,
    title: str,
    description: str,
    width: int,
    heading: str = "",
    room: int = 0,
) -> str:
    """Several finished panels in one picture, `columns` in a row, scaled to `width` pixels; above them stands
    a `heading` (elements of SVG) with `room` for its height."""
    sizes = [size(panel) for panel in panels]
    cell_width, cell_height = max(w for w, _ in sizes), max(h for _, h in sizes)
    columns = min(columns, len(panels))
    total_width, total_height = cell_width * columns, room + cell_height * -(-len(panels) // columns)
    body = []
    for number, panel in enumerate(panels):
        x, y = cell_width * (number % columns), room + cell_height * (number // columns)
        inner = panel[_TAG.match(panel).end() : -len("</svg>")]  # type: ignore[union-attr]
        body.append(f'<g transform="translate({x:g},{y:g})">{_without_names(inner)}</g>')
    height = total_height * width / total_width
    head = _head(prefix, title, description, (width, height), (total_width, total_height))
    backdrop = f'<rect width="{total_width:g}" height="{total_height:g}" fill="{card}"/>'
    return f"{head}{backdrop}{heading}{''.join(body)}</svg>"


def _head(
    prefix: str, title: str, description: str, shown: tuple[float, float], box: tuple[float, float]
) -> str:
    """The opening tag of a picture `shown` at one size and drawn in a box of another, and its names."""
    names = f'aria-labelledby="{prefix}-title {prefix}-desc"'
    sizes = f'width="{shown[0]:g}" height="{shown[1]:g}" viewBox="0 0 {box[0]:g} {box[1]:g}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" {names} {sizes}>'
        f'<title id="{prefix}-title">{escape(title)}</title>'
        f'<desc id="{prefix}-desc">{escape(description)}</desc>'
    )


def _without_names(inner: str) -> str:
    return re.sub(r"<(title|desc) id=[^>]*>[^<]*</\1>", "", inner)
