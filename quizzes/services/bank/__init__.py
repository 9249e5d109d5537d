"""The bank as files: reading, strict parsing, writing."""

from quizzes.services.bank.entries import BankContent, ItemEntry, TopicEntry, parse_bank
from quizzes.services.bank.files import CONTENT_FOLDER, BankFile, files_digest, read_folder
from quizzes.services.bank.problems import BankError, BankProblem
from quizzes.services.bank.writing import write_bank

__all__ = [
    "CONTENT_FOLDER",
    "BankContent",
    "BankError",
    "BankFile",
    "BankProblem",
    "ItemEntry",
    "TopicEntry",
    "files_digest",
    "parse_bank",
    "read_folder",
    "write_bank",
]
