"""What tests of the API share."""

import pytest

from quizzes.tests.api.client import ApiClient


@pytest.fixture
def guest(db: None) -> ApiClient:
    return ApiClient()


@pytest.fixture
def learner(db: None) -> ApiClient:
    return ApiClient.of_new_learner()
