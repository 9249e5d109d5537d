"""The tasks of the lab: none is solved where it begins, each can be solved as it says, and only so."""

from dataclasses import replace

import pytest

from simulator.services.lab import Task, judge, lab_tasks

TASKS = list(lab_tasks().values())


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.id)
def test_a_task_is_not_solved_where_it_begins(task: Task) -> None:
    outcome = judge(task, task.scenario)
    assert outcome.verdict == "refuted" and outcome.kept and outcome.untouched


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.id)
def test_its_solution_solves_it(task: Task) -> None:
    assert judge(task, task.scenario.with_changes(dict(task.solution))).solved


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.id)
def test_what_a_task_holds_fast_may_not_be_changed(task: Task) -> None:
    solved = task.scenario.with_changes(dict(task.solution))
    longer = replace(solved, steps=solved.steps + 1)
    assert judge(task, longer).what == "the number of steps"
    run = solved.runs[0]
    twice = replace(solved, runs=(run, replace(run, label="another")))
    assert not judge(task, twice).solved
    if "clip_norm" not in task.change:
        outcome = judge(task, replace(solved, runs=(replace(run, clip_norm=50.0),)))
        assert not outcome.kept and outcome.what == "the clipping"


def test_the_name_of_the_run_is_free() -> None:
    task = TASKS[0]
    solved = task.scenario.with_changes({**task.solution, "label": "mine"})
    assert judge(task, solved).solved


def test_the_limit_of_the_best_rate_is_told_as_it_is() -> None:
    """The texts say 2/(1 + 25) and 2/25; both sides of the first solve the task, the second does not."""
    task = lab_tasks()["quickest-fixed-rate"]
    assert judge(task, task.scenario.with_lr(2 / 26)).solved
    assert not judge(task, task.scenario.with_lr(2 / 25)).solved


def test_nearly_is_not_solved_and_tells_on_which_side_one_is() -> None:
    task = lab_tasks()["beyond-the-limit"]  # the limit 2 (1 + β) / 25 is 0.1 at β = 0.25
    for momentum, holds in ((0.24, False), (0.29, True)):
        outcome = judge(task, task.scenario.with_changes({"momentum": momentum}))
        assert outcome.nearly and not outcome.solved and outcome.holds is holds


def test_what_else_was_changed_is_named_to_the_argument() -> None:
    task = lab_tasks()["beyond-the-limit"]
    for changes, what in (
        ({"lr": 0.05, "nesterov": True, "momentum": 0.9}, "the optimizer (lr, nesterov)"),
        ({"optimizer": {"name": "Adam", "lr": 0.1}}, "the optimizer"),
        ({"scheduler": {"name": "StepLR", "step_size": 5}}, "the scheduler"),
    ):
        assert judge(task, task.scenario.with_changes(changes)).what == what
