"""Texts become safe HTML with MathML; broken formulas are named."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.core.markup import (
    FormulaError,
    check_formulas,
    count_words,
    formula_to_mathml,
    plain_text,
    render,
    render_inline,
)


class Elements(HTMLParser):
    """Collects what a browser would see as elements and attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs


def test_renders_markdown_and_mathml() -> None:
    html = render("The *loss* with `lr = 0.9`:\n\n- $x_{t+1} = -0.8\\,x_t$")
    assert "<em>loss</em>" in html
    assert "<code>lr = 0.9</code>" in html
    assert "<li>" in html
    assert "<msub>" in html and "$" not in html


def test_a_formula_on_its_own_line_is_a_block() -> None:
    assert 'display="block"' in render("$$\\sum_i x_i$$")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<p style='position:fixed'>x</p>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](vbscript:msgbox)",
        "![x](https://example.org/track.png)",
        "$\\text{<script>alert(1)</script>}$",
        "$\\text{<img src=x onerror=alert(1)>}$",
        "$\\href{javascript:alert(1)}{x}$",
        "$\\style{color:red}{x}$",
        "$\\color{red;background:url(//x)}{x}$",
        "`<svg onload=alert(1)>`",
        "<math><mtext><style><img src=x onerror=alert(1)></style></mtext></math>",
        "| a |\n|:-:|\n| <iframe src=//x> |",
        '[a](https://example.org "x\\" onmouseover=alert(1) ")',
    ],
)
def test_no_script_style_or_image_gets_through(text: str) -> None:
    html = render(text)
    elements = Elements(html)
    assert not {"script", "style", "img", "iframe", "svg", "object", "link"} & set(elements.tags)
    names = {name for name, _ in elements.attributes}
    assert "style" not in names
    assert not [name for name in names if name.startswith("on")]
    targets = [value or "" for name, value in elements.attributes if name in ("href", "src", "action")]
    assert all(re.match(r"https?://|/|#", target) for target in targets), html


@settings(deadline=None, max_examples=60)
@given(st.text(alphabet=st.sampled_from("<>&\"'`$\\{}[]()*_#|-=:/ \nabscript"), max_size=60))
def test_whatever_is_typed_only_allowed_elements_come_out(text: str) -> None:
    try:
        html = render(text)
    except FormulaError:
        return
    elements = Elements(html)
    assert not {"script", "style", "img", "iframe"} & set(elements.tags)
    assert "style" not in {name for name, _ in elements.attributes}


def test_less_than_in_a_formula_is_a_character() -> None:
    assert "<mo>&lt;</mo>" in render("$a < b$")
    assert render("$a < b$") == render("$a \\lt b$")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("ok $x$, broken $\\frac{1$", "\\frac{1"),
        ("$\\frac{1}$", "\\frac{1}"),
        ("$x^2^3$", "x^2^3"),
        ("$\\nonsense x$", "\\nonsense"),
        ("$a & b$", "a & b"),
        ("$x_$", "x_"),
        ("$\\left( x$", "\\left( x"),
        ("$x}$", "x}"),
    ],
)
def test_a_broken_formula_is_named(text: str, named: str) -> None:
    with pytest.raises(FormulaError) as caught:
        check_formulas(text)
    assert named in str(caught.value)


@pytest.mark.parametrize(
    "formula",
    [
        "\\eta_t = \\eta_0 \\cdot \\gamma^{\\lfloor t/s \\rfloor}",
        "\\frac{2}{\\mu + L}",
        "\\lVert g \\rVert \\le 10^{-6}",
        "\\begin{pmatrix} 1 & 2 \\\\ 3 & 4 \\end{pmatrix}",
        "\\mathbb{E}[x^2] \\approx \\sqrt{\\tfrac12}",
        "\\{a, b\\}",
        "1/L < \\text{lr} < 2/L",
        "|x| \\ne 0",
    ],
)
def test_formulas_of_the_field_are_read(formula: str) -> None:
    assert formula_to_mathml(formula).startswith("<math")


def test_html_is_shown_as_it_was_typed() -> None:
    assert render("a <b>bold</b> <!-- hidden --> word") == (
        "<p>a &lt;b&gt;bold&lt;/b&gt; &lt;!-- hidden --&gt; word</p>"
    )


def test_prices_and_code_are_no_formulas() -> None:
    assert "<math" not in render("It costs 5$ or 6$, `$x$` and \\$7.")


def test_inline_text_has_no_paragraph() -> None:
    assert render_inline("It *diverges*") == "It <em>diverges</em>"
    assert render_inline("one\n\ntwo").count("<p>") == 2


def test_plain_text_and_words() -> None:
    assert (
        plain_text("The *loss* is `lr`\ntimes [$x^2$](https://example.org)\n\nnext")
        == "The loss is lr times $x^2$ next"
    )
    assert count_words("The loss $x^2 + 1$ falls.") == 4
    assert count_words("") == 0
