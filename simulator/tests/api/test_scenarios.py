from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from simulator.api.scenarios import STARTED

pytestmark = pytest.mark.django_db


def count_since(moment: str) -> int:
    answer = Client().get("/api/v1/scenarios/", {"updated_since": moment})
    assert answer.status_code == 200, answer.content
    return int(answer.json()["count"])


def test_the_catalogue_counts_as_changed_when_the_site_started() -> None:
    everything = count_since("2020-01-01")
    assert everything > 0
    assert count_since(STARTED.isoformat()) == everything
    assert count_since((STARTED + timedelta(seconds=1)).isoformat()) == 0
    assert count_since("2999-01-01T00:00:00+02:00") == 0


def test_the_data_take_the_parameters_of_the_pictures() -> None:
    address = "/api/v1/scenarios/hopping-valley/data/"
    plain = Client().get(address, {"lr": "1.05"})
    themed = Client().get(address, {"lr": "1.05", "theme": "dark", "width": "360"})
    assert (plain.status_code, themed.json()) == (200, plain.json())
    for query in ({"theme": "blue"}, {"width": "1"}):
        assert Client().get(address, query).status_code == 400


def test_a_filter_given_twice_is_refused() -> None:
    answer = Client().get("/api/v1/scenarios/?level=beginner&level=advanced")
    assert answer.status_code == 400
    assert list(answer.json()["error"]["fields"]) == ["level"]
