"""What the lab keeps in its addresses, and the tasks it sets."""

from simulator.services.lab.addresses import LabAddressError, Setup, check_size, lab_address, pack, unpack
from simulator.services.lab.tasks import Outcome, Task, judge, lab_tasks

__all__ = [
    "LabAddressError",
    "Outcome",
    "Setup",
    "Task",
    "check_size",
    "judge",
    "lab_address",
    "lab_tasks",
    "pack",
    "unpack",
]
