"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from simulator.api import analyses, figure_urls
from simulator.api.programs import Notebooks, Programs
from simulator.api.scenarios import OneScenario, Scenarios
from simulator.api.simulations import Simulations

urlpatterns: list[URLPattern | URLResolver] = [
    *figure_urls.urlpatterns,  # the most asked for
    path("scenarios/", Scenarios.as_view(), name="api-scenarios"),
    path("scenarios/<slug:scenario_id>/", OneScenario.as_view(), name="api-scenario"),
    path("simulations/", Simulations.as_view(), name="api-simulations"),
    path("simulations/pytorch/", Programs.as_view(), name="api-program"),
    path("simulations/notebook/", Notebooks.as_view(), name="api-notebook"),
    *(
        path(f"simulations/{view.kind.replace('_', '-')}/", view.as_view(), name=f"api-{view.kind}")
        for view in analyses.VIEWS
    ),
]
