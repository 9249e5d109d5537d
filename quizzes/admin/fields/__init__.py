"""Form fields of the authoring pages: claims, settings, scenarios, sliders and Markdown."""

from quizzes.admin.fields.changes import ChangesField
from quizzes.admin.fields.claim import ClaimField
from quizzes.admin.fields.markdown import MarkdownField
from quizzes.admin.fields.scenario import ScenarioField, texts_of_scenario
from quizzes.admin.fields.slider import SliderField

__all__ = ["ChangesField", "ClaimField", "MarkdownField", "ScenarioField", "SliderField", "texts_of_scenario"]
