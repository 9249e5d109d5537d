"""Colours of the figures. `light` and `dark` are for pictures that leave the site (PNG, `<img>`); `css` names
custom properties, so that an inline picture follows the page's scheme without being drawn again.

Every stroke has a contrast of at least 3:1 against the card and against the darkest fill of the contour map
(WCAG 2.2, 1.4.11), every text colour at least 4.5:1 (1.4.3); tests compute both, and compare these values
with static/css/base.css and figure.css.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

FONT = "Liberation Sans, Arial, Helvetica, sans-serif"


@dataclass(frozen=True)
class Theme:
    """Colours by what they are for. `series` are the runs' (the first is the accent), `fills` from low to
    high loss."""

    name: str
    card: str
    ink: str
    ink_2: str
    ink_3: str
    line: str
    warn: str
    s: tuple[str, ...]
    fill: tuple[str, ...]

    def variables(self) -> dict[str, str]:
        """Custom property -> colour, as in figure.css: "--ink-2", "--s0", "--fill3", …"""
        found: dict[str, str] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name == "name":
                continue
            if isinstance(value, tuple):
                found |= {f"--{field.name}{i}": colour for i, colour in enumerate(value)}
            else:
                found["--" + field.name.replace("_", "-")] = value
        return found


LIGHT = Theme(
    name="light",
    card="#ffffff",
    ink="#1b1d23",
    ink_2="#50555f",
    ink_3="#686d79",
    line="#e3e0d8",
    warn="#a83c07",
    s=("#2446d6", "#0b7a6b", "#a1337f", "#8a6100", "#15709b", "#5d6270"),
    fill=(
        "#c3cdec", "#cad3ee", "#d2d9f1", "#d9dff3", "#dfe5f5",
        "#e6eaf7", "#ecf0fa", "#f2f4fb", "#f7f9fd", "#fcfdff",
    ),
)  # fmt: skip
DARK = Theme(
    name="dark",
    card="#1a1c23",
    ink="#eceef3",
    ink_2="#b3b8c4",
    ink_3="#9298a6",
    line="#2d3039",
    warn="#ff9d66",
    s=("#8fa5ff", "#4fd1b5", "#f08fd0", "#e3c04f", "#6cc5f5", "#b4b9c6"),
    fill=(
        "#3c4671", "#38416a", "#343d62", "#30385a", "#2c3352",
        "#292f4a", "#252a42", "#22263a", "#1f2232", "#1c1e29",
    ),
)  # fmt: skip


def _css() -> Theme:
    def named(name: str, count: int) -> tuple[str, ...]:
        return tuple(f"var(--{name}{i})" for i in range(count))

    single = {
        field.name: f"var(--{field.name.replace('_', '-')})"
        for field in fields(Theme)
        if field.name not in ("name", "s", "fill")
    }
    return Theme(name="css", s=named("s", len(LIGHT.s)), fill=named("fill", len(LIGHT.fill)), **single)


CSS = _css()
THEMES = {theme.name: theme for theme in (LIGHT, DARK, CSS)}
