"""How each number that the bank prints is computed: one table for each topic, by item and printed number.

Numbers that stand in the scenario, in a claim or in ``holds_at`` need no entry, nor do whole numbers up to
10; an entry checks them all the same. A new item gets its entries here.
"""

from quizzes.tests.content.measuring import Numbers
from quizzes.tests.content.numbers import (
    adaptive_methods,
    choosing,
    conditioning,
    decay_schedules,
    first_steps,
    momentum,
    noise,
    too_high,
    too_low,
)

NUMBERS: Numbers = {
    **first_steps.NUMBERS,
    **too_high.NUMBERS,
    **too_low.NUMBERS,
    **choosing.NUMBERS,
    **conditioning.NUMBERS,
    **momentum.NUMBERS,
    **noise.NUMBERS,
    **decay_schedules.NUMBERS,
    **adaptive_methods.NUMBERS,
}
