"""What can be wrong with a scenario, in a form that every door can show."""

from collections.abc import Mapping


class ScenarioError(ValueError):
    """A scenario that cannot be run as it stands.

    `code` is a stable snake_case word for programs, `message` says in one or two sentences what is wrong and
    what would be right, and `fields` maps the path of each offending value ("runs[0].optimizer.name") to its
    own message.
    """

    def __init__(self, code: str, message: str, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.fields: dict[str, str] = dict(fields or {})

    def __reduce__(self) -> tuple[type["ScenarioError"], tuple[str, str, dict[str, str]]]:
        return type(self), (self.code, self.message, self.fields)


class BudgetExceeded(ScenarioError):
    """A valid scenario whose estimated cost or memory is above what one request may use."""

    def __init__(
        self, code: str = "budget_exceeded", message: str = "", fields: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(code, message, fields)


def error_at(path: str, code: str, text: str) -> ScenarioError:
    """A ScenarioError about the value at `path`; an empty path is the scenario as a whole."""
    where = path or "scenario"
    return ScenarioError(code, f"{where}: {text}", {where: text})
