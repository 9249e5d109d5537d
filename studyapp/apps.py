from django.apps import AppConfig


class StudyAppConfig(AppConfig):
    """The project itself: settings, addresses, start-up and health. It has no database tables."""

    name = "studyapp"
    verbose_name = "Overshoot"

    def ready(self) -> None:
        from studyapp import checks  # noqa: F401 (registers them)
