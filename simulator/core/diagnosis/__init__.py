"""What became of a run: its status by fixed rules, and one plain sentence about it."""

from simulator.core.diagnosis.status import Diagnosis, GradientNorms, Status, diagnose
from simulator.core.diagnosis.words import words_for

__all__ = ["Diagnosis", "GradientNorms", "Status", "diagnose", "words_for"]
