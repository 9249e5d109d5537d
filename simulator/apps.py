from django.apps import AppConfig


class SimulatorConfig(AppConfig):
    """The training simulator and its figures. It has no database tables of its own."""

    name = "simulator"
