"""The only door of the simulator for the rest of the site."""

from simulator.services.addresses import FigureAddress, UnknownFigure, figure_address
from simulator.services.analyses import answer_analysis
from simulator.services.analysis_figures import (
    AnalysisFigure,
    AnalysisKind,
    analysis_figure,
    analysis_kinds,
)
from simulator.services.apart import SimulatorBusy, SimulatorFailed, answer_order, run_once
from simulator.services.catalogue import NamedScenario, named_scenarios
from simulator.services.controls import Prediction, Slider, default_slider, parse_slider
from simulator.services.drawing import Panel
from simulator.services.figures import Figure, build_figure, describe, figure_panels, figure_table
from simulator.services.programs import answer_file_order
from simulator.services.scenes import panels_for
from simulator.services.simulation import run_scenario

__all__ = [
    "AnalysisFigure",
    "AnalysisKind",
    "Figure",
    "FigureAddress",
    "NamedScenario",
    "Panel",
    "Prediction",
    "SimulatorBusy",
    "SimulatorFailed",
    "Slider",
    "UnknownFigure",
    "analysis_figure",
    "analysis_kinds",
    "answer_analysis",
    "answer_file_order",
    "answer_order",
    "build_figure",
    "default_slider",
    "describe",
    "figure_address",
    "figure_panels",
    "figure_table",
    "named_scenarios",
    "panels_for",
    "parse_slider",
    "run_once",
    "run_scenario",
]
