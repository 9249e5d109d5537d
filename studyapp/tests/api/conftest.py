"""What tests of the API share."""

from quizzes.tests.api.conftest import guest, learner

__all__ = ["guest", "learner"]
