"""Kinds and levels of items, as they are written in content, payloads and the database."""

SINGLE_CHOICE = "single_choice"
FLASHCARD = "flashcard"
QUESTION_KINDS = (SINGLE_CHOICE,)
KINDS = (SINGLE_CHOICE, FLASHCARD)
LEVELS = ("beginner", "intermediate", "advanced")
