"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from simulator.api import figure_urls
from simulator.api.programs import Notebooks, Programs
from simulator.api.scenarios import OneScenario, Scenarios
from simulator.api.simulations import Simulations

urlpatterns: list[URLPattern | URLResolver] = [
    path("scenarios/", Scenarios.as_view(), name="api-scenarios"),
    path("scenarios/<slug:scenario_id>/", OneScenario.as_view(), name="api-scenario"),
    path("simulations/", Simulations.as_view(), name="api-simulations"),
    path("simulations/pytorch/", Programs.as_view(), name="api-program"),
    path("simulations/notebook/", Notebooks.as_view(), name="api-notebook"),
    *figure_urls.urlpatterns,
]
