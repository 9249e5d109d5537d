"""What was measured for a cause, in words: every phrase says what can be said of the runs there are, also
where one of them diverges or nothing is left."""

import math

from simulator.core.diagnosis.evidence import Evidence
from simulator.core.numbers import format_apart, format_number

_LARGEST = 300  # powers of ten of a factor that is written out


def ends(evidence: Evidence, *names: str) -> list[str]:
    """What each of several runs does in the end, their losses written so that they can be told apart."""
    results = [evidence.result(name) for name in names]
    lasting = [name for name, result in zip(names, results, strict=True) if result.diverged_at is None]
    losses = dict(zip(lasting, format_apart(*map(evidence.level, lasting)), strict=True))
    return [
        f"ends at a loss of {losses[name]}" if name in losses else f"diverges at step {result.diverged_at}"
        for name, result in zip(names, results, strict=True)
    ]


def averages(evidence: Evidence) -> str:
    """The mean losses of the last two quarters, and the run without noise."""
    own, quiet = ends(evidence, "own", "quiet")
    if evidence.result("own").diverged_at is not None:
        return f"the run {own}; without noise it {quiet}"
    last, before = format_apart(evidence.level("own"), evidence.quarter_before())
    return (
        f"the loss averages {last} over the last quarter and {before} over the one before; without noise the "
        f"run {quiet}"
    )


def decay(evidence: Evidence) -> str:
    """How far the rate has come down, and what the run does with the largest rate kept."""
    own, kept = ends(evidence, "own", "constant")
    share = format_number(evidence.decay())
    rate = "ends at its largest" if share == "1" else f"has decayed to {share} of its largest"
    return f"the rate {rate}, the run {own}; with the largest rate kept it {kept}"


def curvatures(evidence: Evidence) -> str:
    """How differently the directions curve where the run ends; nothing after a divergence."""
    condition, smallest = evidence.condition_number(), evidence.smallest_curvature()
    if math.isnan(smallest):
        return ""
    if not math.isnan(condition):
        times = format_number(condition)
        return f"the steepest direction curves {times} times as much as the flattest, and "
    if smallest < 0:
        return f"a direction curves downwards, by {format_number(-smallest)}, and "
    return "no direction curves, and "


def resting_place(evidence: Evidence) -> str:
    """Where the run ends, how the loss curves there, and which loss is to be had elsewhere."""
    if evidence.result("quiet").diverged_at is not None:
        return f"the run {ends(evidence, 'quiet')[0]}"
    level, reference = evidence.level("quiet"), evidence.reference
    here, there = format_apart(level, reference)
    smallest = evidence.smallest_curvature()
    curving = "" if math.isnan(smallest) else f", where the smallest curvature is {format_number(smallest)}"
    if math.isinf(reference):
        return f"the run ends at a loss of {format_number(level)}{curving}, and no other rate gets 1 % lower"
    if here == there or level <= reference:
        return f"the run ends at a loss of {here}{curving}, and no lower one is known"
    return f"the run ends at a loss of {here}{curving}, while a loss of {there} is to be had elsewhere"


def standstill(evidence: Evidence) -> str:
    """What the last quarter gains, and what more steps would."""
    if evidence.result("quiet").diverged_at is not None:
        return f"the run {ends(evidence, 'quiet')[0]}"
    gain = evidence.gain("quiet")
    here, later = format_apart(evidence.level("quiet"), evidence.final_with_more_steps())
    if math.isinf(evidence.reference):
        told = ""
    elif math.isinf(gain):
        told = "nothing is left to gain over the last quarter, and "
    elif gain < 0:
        percent = format_number(-100 * gain)
        told = f"over the last quarter the loss rises by {percent} % of what was left, and "
    else:
        told = f"over the last quarter the loss gains {format_number(100 * gain)} % of what is left, and "
    diverges = evidence.diverges_with_more_steps()
    more = "it has diverged" if diverges else f"it is {later}"
    here = format_number(evidence.level("quiet")) if diverges else here
    return f"{told}the run ends at a loss of {here}; after {evidence.more_steps} steps {more}"


def growth(at: int, before: float, last: float) -> str:
    """How the gradient grows in the last two updates before a divergence, given as logarithms."""
    expected = "the one before by" if at > 1 else "where its curvature accounts for"
    if math.isinf(last):
        told = "takes the gradient beyond all numbers"
        expected = "the one before multiplies it by" if at > 1 else expected
    else:
        told = f"multiplies the gradient by {_factor(last)}"
    return f"the run diverges at step {at}: the last update {told}, {expected} {_factor(before)}"


def _factor(logarithm: float) -> str:
    most = _LARGEST * math.log(10)
    return format_number(math.exp(logarithm)) if logarithm < most else "more than 10³⁰⁰"
