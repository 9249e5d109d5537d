"""Addresses of figures, under `/api/v1/`."""

from django.urls import re_path

from simulator.api import analysis_pictures, figures, programs
from simulator.services.analysis_figures import KINDS

_BY_ADDRESS = r"figures/(?P<token>[A-Za-z0-9_.:~-]{1,4000})"
_NAMED = r"scenarios/(?P<scenario_id>[a-z0-9-]{1,80})"
_KIND = rf"(?P<kind>{'|'.join(KINDS)})"

urlpatterns = [
    re_path(rf"^{_BY_ADDRESS}/figure\.svg$", figures.FigureSvg.as_view(), name="figure-svg"),
    re_path(rf"^{_BY_ADDRESS}/figure\.png$", figures.FigurePng.as_view(), name="figure-png"),
    re_path(rf"^{_BY_ADDRESS}/data/$", figures.FigureData.as_view(), name="figure-data"),
    re_path(rf"^{_BY_ADDRESS}/vega/$", figures.FigureVega.as_view(), name="figure-vega"),
    re_path(rf"^{_BY_ADDRESS}/program\.py$", programs.FigureProgram.as_view(), name="figure-program"),
    re_path(rf"^{_BY_ADDRESS}/notebook\.ipynb$", programs.FigureNotebook.as_view(), name="figure-notebook"),
    re_path(
        rf"^{_BY_ADDRESS}/{_KIND}\.svg$",
        analysis_pictures.FigureAnalysisSvg.as_view(),
        name="figure-analysis-svg",
    ),
    re_path(
        rf"^{_BY_ADDRESS}/{_KIND}\.png$",
        analysis_pictures.FigureAnalysisPng.as_view(),
        name="figure-analysis-png",
    ),
    re_path(rf"^{_NAMED}/figure\.svg$", figures.ScenarioSvg.as_view(), name="scenario-svg"),
    re_path(rf"^{_NAMED}/figure\.png$", figures.ScenarioPng.as_view(), name="scenario-png"),
    re_path(rf"^{_NAMED}/data/$", figures.ScenarioData.as_view(), name="scenario-data"),
    re_path(
        rf"^{_NAMED}/{_KIND}\.svg$",
        analysis_pictures.ScenarioAnalysisSvg.as_view(),
        name="scenario-analysis-svg",
    ),
    re_path(
        rf"^{_NAMED}/{_KIND}\.png$",
        analysis_pictures.ScenarioAnalysisPng.as_view(),
        name="scenario-analysis-png",
    ),
    re_path(rf"^{_NAMED}/vega/$", figures.ScenarioVega.as_view(), name="scenario-vega"),
]
