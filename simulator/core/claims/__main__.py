"""Check claims from a file: `python -m simulator.core.claims FILE.json` (docs/claims.md, "Trying claims")."""

import json
import sys
from pathlib import Path

from simulator.core.claims import Checker, claim_in_words, parse_claim
from simulator.core.errors import ScenarioError
from simulator.core.spec import parse_scenario
from simulator.core.training import simulate


def main(path: str) -> int:
    """Print what each run does and each claim's verdict; 1 when a claim is undecided, 2 for a bad file."""
    try:
        draft = json.loads(Path(path).read_text(encoding="utf-8"))
        if not (isinstance(draft, dict) and "scenario" in draft and isinstance(draft.get("claims"), list)):
            raise ValueError('must be an object {"scenario": …, "claims": […]}.')
        scenario = parse_scenario(draft["scenario"])
        result = simulate(scenario)
        claims = [
            parse_claim(data, scenario, f"claims[{place}]") for place, data in enumerate(draft["claims"])
        ]
    except (OSError, ValueError, ScenarioError) as problem:
        sys.stderr.write(f"{path}: {problem}\n")
        return 2
    for run in result.runs:
        sys.stdout.write(f"{run.label} — {run.status}: {run.words}\n")
    checker = Checker(scenario, result)
    checks = [checker.check(claim) for claim in claims]
    for claim, check in zip(claims, checks, strict=True):
        margin = "" if check.margin is None else f", margin {check.margin:.0%}"
        line = f"{check.verdict}{margin}: {claim_in_words(claim, scenario)}\n    {check.measured}\n"
        sys.stdout.write(line)
    return int(any(check.verdict == "undecided" for check in checks))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m simulator.core.claims FILE.json")
    sys.exit(main(sys.argv[1]))
