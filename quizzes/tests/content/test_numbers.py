"""The numbers in the texts of the bank: each one is a setting of its item or is computed again here.

A failure names item, number and context. A number that changed is to be mended in the text; a number of a new
item gets an entry in ``numbers/``.
"""

import pytest

from quizzes.core.content.item import ItemContent
from quizzes.tests.content.measuring import About, Given, Number, Runs, Words
from quizzes.tests.content.numbers import NUMBERS
from quizzes.tests.content.printed import Printed, printed_numbers, settings_of, texts_of
from quizzes.tests.content.shipped import item_ids, items


def item_named(name: str) -> ItemContent:
    return next(item for item in items() if item.id == name)


def entries_of(name: str) -> dict[str, tuple[Number, ...]]:
    table = NUMBERS.get(name, {})
    return {token: entry if isinstance(entry, tuple) else (entry,) for token, entry in table.items()}


def wrong(entry: Number, token: str, printed: Printed | None, runs: Runs) -> str:
    """What is wrong with an entry, or nothing."""
    if isinstance(entry, Given):
        return ""
    compute, within = (entry, 0.0) if callable(entry) else (entry.compute, entry.within)
    value = compute(runs)
    if isinstance(entry, Words):
        good = entry.agree_with(value)
    else:
        good = printed is not None and printed.agrees_with(value, within)
    return "" if good else f"the text says “{token}”, but it is {value:.6g}"


@pytest.mark.parametrize("name", item_ids())
def test_each_number_of_a_text_is_a_setting_or_is_recomputed(name: str) -> None:
    item = item_named(name)
    settings, table = settings_of(item), entries_of(name)
    unknown = [
        f"{printed.token} in “… {printed.context} …”"
        for text in texts_of(item)
        for printed in printed_numbers(text)
        if not (printed.is_small or printed.token in table or is_setting(printed, settings))
    ]
    assert not unknown, f"no entry in numbers/ for: {'; '.join(unknown)}"


def is_setting(printed: Printed, settings: set[float]) -> bool:
    return any(abs(abs(printed.value) - setting) <= 1e-9 * abs(setting) for setting in settings)


@pytest.mark.parametrize("name", sorted(NUMBERS))
def test_the_numbers_of_a_text_are_right(name: str) -> None:
    item, table = item_named(name), entries_of(name)
    text = " ".join(" ".join(texts_of(item)).split())
    printed = {number.token: number for number in printed_numbers(text)}
    stale = [token for token in table if token not in printed and token not in text]
    assert not stale, f"entries for what no text says: {stale}"
    runs = Runs(item.scenario.resolved if item.scenario is not None else None)
    problems = [
        problem
        for token, entries in table.items()
        for entry in entries
        if (problem := wrong(entry, token, printed.get(token), runs))
    ]
    assert not problems, "; ".join(problems)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("fell by 0.25 to −1.19, 1,022 steps at 99.55 %", ["0.25", "−1.19", "1,022", "99.55 %"]),
        ("$x_{t+1} = -0.8\\,x_t$ and $2/L$ of $L_2$", ["1", "-0.8", "2"]),
        ("$0.999^{100} \\approx 0.905$ and 2 · 0.8¹⁰", ["0.999", "0.905", "2", "0.8"]),
        (
            "$6.6 \\times 10^{-7}$, 1.8 × 10⁻⁸, $10^{-6}$",
            ["6.6 \\times 10^{-7}", "1.8 × 10⁻⁸", "10^{-6}"],
        ),
        ("5 − 20 = −15; [200, 300], StepLR(30, gamma=0.1).", ["5", "20", "−15", "200", "300", "30", "0.1"]),
    ],
)
def test_numbers_are_found_in_texts(text: str, tokens: list[str]) -> None:
    found = printed_numbers(text)
    assert [printed.token for printed in found] == tokens


@pytest.mark.parametrize(
    ("text", "value", "agrees"),
    [
        ("0.74", 0.7407, True),
        ("0.74", 0.7451, False),
        ("115", 115.4, True),
        ("115", 116.0, False),
        ("89 %", 0.889, True),
        ("89 %", 0.881, False),
        ("−4", -4.0, True),
        ("−4", 4.0, False),
        ("6.6 × 10⁻⁷", 6.62e-7, True),
        ("6.6 × 10⁻⁷", 6.7e-7, False),
    ],
)
def test_a_number_is_compared_at_the_precision_that_it_is_printed_with(
    text: str, value: float, agrees: bool
) -> None:
    assert printed_numbers(text)[0].agrees_with(value) is agrees


def test_about_loosens_and_words_bound() -> None:
    about = printed_numbers("600")[0]
    assert not about.agrees_with(615) and about.agrees_with(615, About(lambda r: 615.0).within)
    assert Words(lambda r: 0.0, says=1 / 12).agree_with(0.0816)
    assert not Words(lambda r: 0.0, least=20).agree_with(19.0)
