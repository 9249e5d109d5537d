from django.apps import AppConfig


class QuizzesConfig(AppConfig):
    """The item bank and what learners answer."""

    name = "quizzes"
    default_auto_field = "django.db.models.BigAutoField"
