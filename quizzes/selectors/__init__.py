"""Reads that cross models. Each takes a fixed number of queries, whatever the size of the bank."""

from quizzes.selectors.attempts import (
    AttemptPlace,
    AttemptSummary,
    TopicScore,
    attempt_places,
    attempt_summary,
)
from quizzes.selectors.bank import (
    ItemRetired,
    ItemRow,
    TopicOverview,
    TopicPage,
    current_version,
    topic_page,
    topics_overview,
)
from quizzes.selectors.next_item import Counts, card_counts, next_card, next_item, with_session
from quizzes.selectors.progress import Progress, TopicProgress, progress
from quizzes.selectors.statistics import (
    ChoiceCount,
    ConfidenceCount,
    ItemStatistics,
    VersionCount,
    item_statistics,
)
from quizzes.selectors.study_map import MapTopic, Standing, StudyMap, study_map

__all__ = [
    "AttemptPlace",
    "AttemptSummary",
    "ChoiceCount",
    "ConfidenceCount",
    "Counts",
    "ItemRetired",
    "ItemRow",
    "ItemStatistics",
    "MapTopic",
    "Progress",
    "Standing",
    "StudyMap",
    "TopicOverview",
    "TopicPage",
    "TopicProgress",
    "TopicScore",
    "VersionCount",
    "attempt_places",
    "attempt_summary",
    "card_counts",
    "current_version",
    "item_statistics",
    "next_card",
    "next_item",
    "progress",
    "study_map",
    "topic_page",
    "topics_overview",
    "with_session",
]
