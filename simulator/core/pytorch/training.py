"""The training loop as source: only the parts that the runs need, as constants where they share them and as
arguments of the loop where they do not."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from simulator.core.pytorch.source import TAB, call, keywords, literal
from simulator.core.rates import watches_loss
from simulator.core.schedulers.plateau import REDUCE_LR_ON_PLATEAU
from simulator.core.spec import Run

_NOISE = '''\
def gradient_noise(theta, sigma, seed):
    """Gaussian noise for the gradient of each update: one row an update."""
    rng = np.random.Generator(np.random.PCG64(seed))
    return torch.from_numpy(sigma * rng.standard_normal((STEPS, len(theta))))'''

_BATCHES = '''\
def minibatches(n, size, seed):
    """The rows of each update: every epoch a new order of all n, cut; the last cut may be shorter."""
    rng = np.random.Generator(np.random.PCG64(seed))
    while True:
        order = torch.from_numpy(rng.permutation(n))
        yield from order.split(size)'''


@dataclass(frozen=True)
class Part:
    """One setting of the loop over all runs: the source of its value for each run, None where it has none.

    It is `missing` where no run has it, `shared` where all have the same, else an argument called `name`.
    """

    name: str
    values: tuple[str | None, ...]

    @property
    def missing(self) -> bool:
        return all(value is None for value in self.values)

    @property
    def shared(self) -> str | None:
        return self.values[0] if len(set(self.values)) == 1 else None

    @property
    def varies(self) -> bool:
        return len(set(self.values)) > 1

    @property
    def optional(self) -> bool:
        """Whether some runs have it and some not."""
        return self.varies and None in self.values

    @property
    def parameter(self) -> str:
        """How it stands in the head of the loop's function."""
        return f"{self.name}=None" if self.optional else self.name


class Loop:
    """The function `train` for some runs, and the arguments that each of them calls it with."""

    def __init__(self, runs: Sequence[Run], objectives: Sequence[str], rows: Sequence[str]) -> None:
        """`objectives` and `rows` name each run's objective and the X of its data."""
        self.runs = runs
        self.objective = Part("objective", tuple(objectives))
        self.scheduler = Part(
            "scheduler", tuple(None if run.scheduler is None else "scheduler" for run in runs)
        )
        self.noise = Part("noise", tuple(_noise(run) for run in runs))
        self.batches = Part("batches", tuple(_batches(run, X) for run, X in zip(runs, rows, strict=True)))
        self.clip_norm = Part(
            "clip_norm", tuple(None if run.clip_norm is None else literal(run.clip_norm) for run in runs)
        )
        scheduled = [run for run in runs if run.scheduler is not None]
        self.intervals = {run.scheduler_interval for run in scheduled}
        self.watching = [run for run in scheduled if watches_loss(run)]
        self.all_watch = len(self.watching) == len(scheduled)
        self.metrics = {run.plateau_metric for run in self.watching}

    def helpers(self) -> list[str]:
        """Functions that the loop or its callers need."""
        return [code for code, part in ((_NOISE, self.noise), (_BATCHES, self.batches)) if not part.missing]

    def arguments(self, index: int) -> list[str]:
        """What `train` is called with for one run."""
        run = self.runs[index]
        given = ["theta", "optimizer"]
        if self.scheduler.varies and run.scheduler is not None:
            given.append("scheduler=scheduler")
        elif run.scheduler is not None:
            given.append("scheduler")
        named = {
            part.name: part.values[index]
            for part in (self.objective, self.noise, self.batches, self.clip_norm)
            if part.varies
        }
        if run.scheduler is not None and len(self.intervals) > 1 and run.scheduler_interval != 1:
            named["interval"] = literal(run.scheduler_interval)
        if watches_loss(run) and run.plateau_metric != "before" and len(self.metrics) > 1:
            named["metric"] = literal(run.plateau_metric)
        return given + keywords({name: value for name, value in named.items() if value is not None})

    def code(self) -> str:
        """The function `train`."""
        parts = (self.objective, self.noise, self.batches, self.clip_norm)
        head = ["theta", "optimizer"]
        if not self.scheduler.missing:
            head.append(self.scheduler.parameter)
        named = sorted((part.parameter for part in parts if part.varies), key=lambda one: "=" in one)
        if len(self.intervals) > 1:
            named.append("interval=1")
        if len(self.metrics) > 1:
            named.append('metric="before"')
        head += ["*", *named] if named else []
        before = [
            f"{part.name} = {part.shared}" for part in (self.noise, self.batches) if part.shared is not None
        ]
        lines = [
            call("train", head, lead="def ") + ":",
            f'{TAB}"""Take STEPS updates; return the losses before each of them and after the last."""',
            *(TAB + line for line in before),
            f"{TAB}losses = []",
            f"{TAB}for step in range(STEPS):",
            *(TAB * 2 + line for line in self._update()),
            f"{TAB}losses.append(objective(theta).item())",
            f"{TAB}return losses",
        ]
        return "\n".join(lines)

    def _update(self) -> list[str]:
        lines = ["optimizer.zero_grad()"]
        if self.batches.missing:
            lines += ["loss = objective(theta)", "losses.append(loss.item())"]
        else:
            chosen = "objective(theta, next(batches))"
            if self.batches.optional:
                chosen = f"objective(theta) if batches is None else {chosen}"
            lines += [
                "losses.append(objective(theta).item())  # of all rows, not only of the batch",
                f"loss = {chosen}",
            ]
        lines.append("loss.backward()")
        lines += _where(self.noise, ["theta.grad += noise[step]"])
        limit = "clip_norm" if self.clip_norm.varies else self.clip_norm.shared
        lines += _where(self.clip_norm, [f"torch.nn.utils.clip_grad_norm_([theta], max_norm={limit})"])
        lines.append("optimizer.step()")
        return lines + self._scheduled()

    def _scheduled(self) -> list[str]:
        if self.scheduler.missing:
            return []
        conditions = ["scheduler is not None"] if self.scheduler.optional else []
        if len(self.intervals) > 1:
            conditions.append("(step + 1) % interval == 0")
        elif self.intervals != {1}:
            conditions.append(f"(step + 1) % {min(self.intervals)} == 0")
        step = self._scheduler_step()
        if not conditions:
            return step
        return [f"if {' and '.join(conditions)}:", *(TAB + line for line in step)]

    def _scheduler_step(self) -> list[str]:
        if not self.watching:
            return ["scheduler.step()"]
        before, after = "scheduler.step(losses[-1])", "scheduler.step(objective(theta).item())"
        if len(self.metrics) > 1:
            watch = ['if metric == "before":', TAB + before, "else:", TAB + after]
        else:
            watch = [before if self.metrics == {"before"} else after]
        watch[0] += "  # it watches the loss" if len(watch) == 1 else ""
        if self.all_watch:
            return watch
        return [
            f"if isinstance(scheduler, lr_scheduler.{REDUCE_LR_ON_PLATEAU.name}):",
            *(TAB + line for line in watch),
            "else:",
            f"{TAB}scheduler.step()",
        ]


def _where(part: Part, lines: list[str]) -> list[str]:
    """Lines of a part of the loop: none, as they are, or under a condition."""
    if part.missing:
        return []
    if not part.optional:
        return lines
    return [f"if {part.name} is not None:", *(TAB + line for line in lines)]


def _noise(run: Run) -> str | None:
    if run.noise is None:
        return None
    given: dict[str, Any] = {"sigma": run.noise.sigma, "seed": run.noise.seed}
    return call("gradient_noise", ["theta", *keywords({key: literal(one) for key, one in given.items()})])


def _batches(run: Run, X: str) -> str | None:
    if run.batches is None:
        return None
    given = {"size": run.batches.size, "seed": run.batches.seed}
    return call("minibatches", [f"len({X})", *keywords({key: literal(one) for key, one in given.items()})])
