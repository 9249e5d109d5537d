from django.apps import AppConfig


class QuizzesConfig(AppConfig):
    """The item bank and what learners answer."""

    name = "quizzes"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Connects sign-up and log-in with what a guest answered before.
        from quizzes.web import signals  # noqa: F401
