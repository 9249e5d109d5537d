"""Pictures of analyses: sweep, range test, fit, validation and others, with words and a table each."""

from simulator.services.analysis_figures.drawing import (
    AnalysisFigure,
    analysis_figure,
    analysis_picture_png,
    analysis_picture_svg,
)
from simulator.services.analysis_figures.kinds import KINDS, AnalysisKind, analysis_kinds

__all__ = [
    "KINDS",
    "AnalysisFigure",
    "AnalysisKind",
    "analysis_figure",
    "analysis_kinds",
    "analysis_picture_png",
    "analysis_picture_svg",
]
