"""What the lab keeps in its addresses, and the tasks it sets."""

from simulator.services.lab.addresses import LabAddressError, Setup, lab_address, pack, unpack
from simulator.services.lab.tasks import Outcome, Task, judge, lab_tasks

__all__ = [
    "LabAddressError",
    "Outcome",
    "Setup",
    "Task",
    "judge",
    "lab_address",
    "lab_tasks",
    "pack",
    "unpack",
]
