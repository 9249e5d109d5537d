"""Markdown with ``$formulas$`` to safe HTML with MathML, and to plain text.

Texts are rendered once, when a version is published. Formulas become MathML on the server, so that no script
and no style sheet of a formula renderer has to reach the browser. Whatever comes out passes an allow-list:
the texts are written by instructors, whose accounts may be stolen.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from xml.etree.ElementTree import Element, tostring

import nh3
from latex2mathml.converter import Converter
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

# No headings (a text is a part of a page that has its own) and no images (figures come from runs).
_TEXT_TAGS = {
    *(
        "p",
        "br",
        "hr",
        "em",
        "strong",
        "s",
        "code",
        "pre",
        "blockquote",
        "ul",
        "ol",
        "li",
        "a",
        "span",
        "div",
    ),
    *("table", "thead", "tbody", "tr", "th", "td", "sub", "sup"),
}
_MATH_TAGS = {
    *("math", "mrow", "mi", "mn", "mo", "ms", "mtext", "mspace", "mfrac", "msqrt", "mroot", "msub", "msup"),
    *("msubsup", "munder", "mover", "munderover", "mtable", "mtr", "mtd", "mpadded", "mphantom", "mstyle"),
    *("menclose", "mmultiscripts", "mprescripts", "none"),
}
_MATH_ATTRIBUTES = {
    *(
        "display",
        "displaystyle",
        "mathvariant",
        "stretchy",
        "fence",
        "form",
        "separator",
        "accent",
        "accentunder",
    ),
    *("linethickness", "lspace", "rspace", "minsize", "maxsize", "movablelimits", "width", "height", "depth"),
    *(
        "columnalign",
        "columnspacing",
        "rowspacing",
        "columnlines",
        "rowlines",
        "notation",
        "symmetric",
        "largeop",
    ),
}
_CLEANER = nh3.Cleaner(
    tags=_TEXT_TAGS | _MATH_TAGS,
    attributes={
        "a": {"href", "title"},
        "ol": {"start"},
        **dict.fromkeys(_MATH_TAGS, _MATH_ATTRIBUTES),
    },
    tag_attribute_values={
        "span": {"class": {"math inline"}},
        "div": {"class": {"math block"}},
    },
    url_schemes={"http", "https"},
    url_relative="pass_through",
    link_rel="noopener noreferrer",
)


class FormulaError(ValueError):
    """A formula that cannot be read; the message names it."""


def render(text: str) -> str:
    """Markdown to safe HTML.

    Raises:
        FormulaError: a ``$formula$`` cannot be converted.
    """
    return _CLEANER.clean(_parser().render(text)).strip()


def render_inline(text: str) -> str:
    """As :func:`render`, for a text inside a line (an option): without the paragraph around it."""
    rendered = render(text)
    if rendered.startswith("<p>") and rendered.endswith("</p>") and rendered.count("<p>") == 1:
        return rendered[3:-4]
    return rendered


def plain_text(text: str) -> str:
    """The words of a Markdown text, for descriptions and e-mail: formulas stay as they were typed."""
    words: list[str] = []
    for token in _parser().parse(text):
        _collect_words(token, words)
    return re.sub(r"\s+", " ", " ".join(words)).strip()


def count_words(text: str) -> int:
    """Words of the plain text; a formula counts as one word."""
    return len(re.sub(r"\$\$?[^$]+\$\$?", "x", plain_text(text)).split())


def check_formulas(text: str) -> None:
    """Convert every formula of a text.

    Raises:
        FormulaError: naming the first formula that cannot be converted.
    """
    for formula, display in formulas_of(text):
        formula_to_mathml(formula, display=display)


def formulas_of(text: str) -> list[tuple[str, bool]]:
    """The formulas of a text in order, each with whether it stands on a line of its own."""
    return [
        (token.content.strip(), token.type == "math_block")
        for top in _parser().parse(text)
        for token in (top, *(top.children or ()))
        if token.type in ("math_inline", "math_block")
    ]


@lru_cache(maxsize=2048)
def formula_to_mathml(formula: str, *, display: bool = False) -> str:
    """LaTeX to a ``<math>`` element.

    Raises:
        FormulaError: the converter refuses it, or leaves a command unread.
    """
    if not _balanced(formula):
        raise FormulaError(f"The formula ${formula}$ cannot be read: its braces do not match.")
    try:
        root = Converter(display="block" if display else "inline").convert_to_element(formula)
    except Exception as error:  # the converter's errors have no common base class
        raise FormulaError(f"The formula ${formula}$ cannot be read: {_reason(error)}.") from error
    for element in root.iter():
        _unescape(element)
        trouble = _trouble_with(element)
        if trouble:
            raise FormulaError(f"The formula ${formula}$ cannot be read: {trouble}.")
    # The namespace is implied in HTML, and the sanitiser's allow-list need not hold it.
    root.attrib.pop("xmlns", None)
    return tostring(root, encoding="unicode")


# How many children these elements must have (MathML Core, section 3).
_CHILDREN = {
    **dict.fromkeys(("mfrac", "mroot", "msub", "msup", "munder", "mover"), 2),
    **dict.fromkeys(("msubsup", "munderover"), 3),
}


def _trouble_with(element: Element) -> str:
    """What the converter let pass and a browser would show as nonsense; "" if nothing."""
    if element.text is not None and element.text.startswith("\\") and len(element.text) > 1:
        return f"{element.text} is no known command"
    if element.tag == "mi" and element.text == "&":
        return "& stands outside a matrix"
    if len(element) != _CHILDREN.get(element.tag, len(element)):
        return "a brace or an argument is missing"
    return ""


def _balanced(formula: str) -> bool:
    depth = 0
    for brace in re.findall(r"(?<!\\)(?:\\\\)*([{}])", formula):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            return False
    return depth == 0


def _unescape(element: Element) -> None:
    # The converter writes character references (&#x0003C;) into the text, to be resolved once. Doing it on
    # the tree rather than on the printed markup keeps "<" a character instead of the start of a tag.
    element.text = html.unescape(element.text) if element.text else element.text
    element.tail = html.unescape(element.tail) if element.tail else element.tail
    for name, value in element.attrib.items():
        element.set(name, html.unescape(value))


def _reason(error: Exception) -> str:
    words = re.sub(r"(?<!^)(?=[A-Z])", " ", type(error).__name__.removesuffix("Error")).lower()
    return words or "not understood"


def _render_formula(formula: str, options: dict[str, Any]) -> str:
    return formula_to_mathml(formula, display=bool(options["display_mode"]))


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = (
        MarkdownIt("commonmark", {"html": False})
        .enable(["table", "strikethrough"])
        .disable(["image", "heading", "lheading"])
    )
    dollarmath_plugin(
        parser, renderer=_render_formula, allow_labels=False, allow_space=False, allow_digits=False
    )
    return parser


def _collect_words(token: Token, words: list[str]) -> None:
    if token.type in ("math_inline", "math_block"):
        words.append(f"${token.content.strip()}$")
    elif token.type in ("text", "code_inline", "code_block", "fence"):
        words.append(token.content)
    elif token.type in ("softbreak", "hardbreak"):
        words.append(" ")
    elif token.children:
        words.append(_join_inline(token.children))


def _join_inline(children: Sequence[Token]) -> str:
    words: list[str] = []
    for child in children:
        _collect_words(child, words)
    return "".join(words)
