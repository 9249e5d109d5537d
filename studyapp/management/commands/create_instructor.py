"""``create_instructor``: a login that may write and publish questions."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from studyapp.instructors import create_instructor, new_password

PASSWORD_FILE = "instructor-password"  # noqa: S105 (a file name)


class Command(BaseCommand):
    help = "Make an instructor's login with a random password. It is shown once, on a terminal only."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", nargs="?", default="instructor")
        parser.add_argument("--email", default="", help="Lets the instructor reset the password by mail.")

    def handle(self, *args: Any, username: str, email: str, **options: Any) -> None:
        users = get_user_model().objects
        if users.filter(username__iexact=username).exists():
            raise CommandError(
                f"There is a user {username} already. Change a password with: changepassword {username}"
            )
        try:
            get_user_model().username_validator(username)
            if email:
                validate_email(email)
        except ValidationError as error:
            raise CommandError(f"{username} {email}: {' '.join(error.messages)}") from error
        password = new_password()
        create_instructor(username=username, email=email, password=password)
        self.tell(username, password)

    def tell(self, username: str, password: str) -> None:
        """Show the password on a terminal; elsewhere output may be kept as a log, so it goes into a file."""
        if sys.stdout.isatty():
            self.stdout.write(f"Instructor login, shown this once: {username} / {password} (at /admin/)")
            return
        path = Path(settings.VAR) / PASSWORD_FILE
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a") as handle:
            handle.write(f"{username} {password}\n")
        self.stdout.write(f"Instructor login: {username}, the password is in {path} (delete it once read)")
