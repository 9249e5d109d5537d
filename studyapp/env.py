"""Typed readers of environment variables that refuse nonsense.

Every variable of the project is read here once, with its meaning beside it: ``docs/deployment.md`` is tested
against :attr:`Environment.variables`, so none can be added without being documented.
"""

from __future__ import annotations

import atexit
import os
import secrets
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}
SECRET_KEY_LENGTH = 50  # what Django's own deployment check asks for
NEW_KEY = "python3 -c 'import secrets; print(secrets.token_urlsafe(50))'"


@dataclass(frozen=True)
class Variable:
    """One environment variable: its name, what it is when absent, and what it does."""

    name: str
    default: str
    meaning: str


class Environment:
    """Reads variables from a mapping, and remembers which ones there are.

    An empty value counts as absent: that is what ``NAME=`` in a Compose or systemd file means.
    Every reader raises :class:`ImproperlyConfigured` with one sentence that names the variable, and never
    repeats a value that may hold a password.
    """

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values
        self.variables: list[Variable] = []

    def text(self, name: str, default: str, meaning: str, *, shown: str | None = None) -> str:
        """The value as it stands; ``shown`` is how the documentation words the default."""
        self.variables.append(Variable(name, default if shown is None else shown, meaning))
        return self.values.get(name, "").strip() or default

    def folder(self, name: str, default: Path, meaning: str, *, shown: str) -> Path:
        """A folder, made when it is not there."""
        path = Path(self.text(name, str(default), meaning, shown=shown)).expanduser().absolute()
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ImproperlyConfigured(
                f"{name}: the folder {path} cannot be made ({error.strerror}). Name another, or let the user"
                " who runs the site write there."
            ) from error
        return path

    def boolean(self, name: str, default: bool, meaning: str) -> bool:
        value = self.text(name, "on" if default else "off", meaning)
        if value.lower() in TRUE:
            return True
        if value.lower() in FALSE:
            return False
        raise ImproperlyConfigured(f"{name} must be on or off (or true/false, yes/no, 1/0), not “{value}”.")

    def integer(self, name: str, default: int, meaning: str, *, minimum: int, maximum: int) -> int:
        value = self.text(name, str(default), meaning)
        number = int(value) if value.isascii() and value.removeprefix("-").isdigit() else None
        if number is None or not minimum <= number <= maximum:
            raise ImproperlyConfigured(
                f"{name} must be a whole number from {minimum} to {maximum}, not “{value}”."
            )
        return number

    def names(self, name: str, default: list[str], meaning: str) -> list[str]:
        """A list written with commas."""
        value = self.text(name, ",".join(default), meaning)
        return [part.strip() for part in value.split(",") if part.strip()]

    def one_of(self, name: str, default: str, meaning: str, *, allowed: tuple[str, ...]) -> str:
        value = self.text(name, default, meaning)
        if value not in allowed:
            raise ImproperlyConfigured(f"{name} must be one of {', '.join(allowed)}, not “{value}”.")
        return value

    def database(self, default: Path, meaning: str) -> dict[str, Any]:
        """``DATABASE_URL``, or a SQLite file at ``default``, as Django's ``DATABASES`` wants it."""
        url = self.text("DATABASE_URL", "", meaning, shown=f"SQLite in `var/{default.name}`")
        if not url:
            return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(default)}
        scheme = urlsplit(url).scheme
        if scheme not in {"postgres", "postgresql", "sqlite"}:
            raise ImproperlyConfigured(
                "DATABASE_URL must start with postgresql:// (for example postgresql://user:password@host:5432/name)"
                f" or sqlite:///, not “{scheme}:”."
            )
        try:
            config = dict(dj_database_url.parse(url))
        except ValueError as error:
            raise ImproperlyConfigured(
                "DATABASE_URL cannot be read: percent-encode special characters in user name and password."
            ) from error
        if not config.get("NAME"):
            raise ImproperlyConfigured("DATABASE_URL names no database: it ends in /name.")
        return config

    def cache(self, meaning: str) -> str:
        """``CACHE_URL``: "" (the shared cache file), ``memory://`` or the address of a Redis server."""
        url = self.text("CACHE_URL", "", meaning, shown="the file `var/cache.sqlite3`")
        if url and urlsplit(url).scheme not in {"redis", "rediss", "memory"}:
            raise ImproperlyConfigured("CACHE_URL must start with redis:// or rediss:// (or be memory://).")
        return url

    def email(self, folder: Path, meaning: str) -> dict[str, Any]:
        """``EMAIL_URL`` as Django's ``EMAIL_…`` settings; absent: files in ``folder``."""
        url = self.text("EMAIL_URL", "", meaning, shown="files in `var/mail/`")
        if not url:
            return {
                "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
                "EMAIL_FILE_PATH": str(folder),
            }
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise ImproperlyConfigured("EMAIL_URL cannot be read: its port is not a number.") from error
        ports = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
        if parts.scheme not in ports or not parts.hostname:
            raise ImproperlyConfigured(
                "EMAIL_URL must look like smtp+tls://user:password@host:587 (STARTTLS), smtps://… (TLS) or smtp://…"
                " (no encryption)."
            )
        if parse_qs(parts.query) or parts.path.strip("/"):
            raise ImproperlyConfigured("EMAIL_URL ends after the port: nothing may follow it.")
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": parts.hostname,
            "EMAIL_PORT": port or ports[parts.scheme],
            "EMAIL_HOST_USER": unquote(parts.username or ""),
            "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
            "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
            "EMAIL_USE_SSL": parts.scheme == "smtps",
        }

    def secret_key(self, generated: Path, *, production: bool) -> str:
        """The signing key: ``SECRET_KEY``, the content of ``SECRET_KEY_FILE``, or one made once and kept.

        In production it has to be given, because a key made anew with a lost folder logs everybody out.
        """
        key = self.text(
            "SECRET_KEY", "", "Signs sessions and addresses. Keep it secret.", shown="made once under `var/`"
        )
        file = self.text("SECRET_KEY_FILE", "", "A file that holds the key instead.")
        if key and file:
            raise ImproperlyConfigured("Set SECRET_KEY or SECRET_KEY_FILE, not both.")
        source = "SECRET_KEY"
        if file:
            source = f"The key in SECRET_KEY_FILE ({file})"
            try:
                key = Path(file).read_text().strip()
            except OSError as error:
                raise ImproperlyConfigured(f"SECRET_KEY_FILE cannot be read: {error}.") from error
        elif not key:
            if production:
                raise ImproperlyConfigured(
                    f"PRODUCTION needs SECRET_KEY or SECRET_KEY_FILE. Make a key with: {NEW_KEY}"
                )
            return kept_secret(generated)
        if len(key) < SECRET_KEY_LENGTH or len(set(key)) < 5:
            raise ImproperlyConfigured(
                f"{source} must have at least {SECRET_KEY_LENGTH} varied characters. Make one with: {NEW_KEY}"
            )
        return key

    def refuse_unsafe(self, *, production: bool, debug: bool, hosts: list[str]) -> None:
        """Refuse combinations that would show secrets to, or trust, strangers."""
        local = {"localhost", "127.0.0.1", "[::1]", ".localhost"}
        if production and debug:
            raise ImproperlyConfigured(
                "PRODUCTION and DEBUG are both on: DEBUG would show secrets to visitors."
            )
        if production and not set(hosts) - local:
            raise ImproperlyConfigured(
                "PRODUCTION needs ALLOWED_HOSTS, for example ALLOWED_HOSTS=study.example.org."
            )
        if "*" in hosts:
            raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts of the site: “*” would trust any.")
        if debug and set(hosts) - local:
            raise ImproperlyConfigured(
                "DEBUG is on and ALLOWED_HOSTS names more than this machine: turn DEBUG off."
            )
        for host in hosts:
            if "/" in host or ":" in host.rpartition("]")[2]:
                raise ImproperlyConfigured(
                    f"ALLOWED_HOSTS takes bare host names, without scheme and port, not “{host}”."
                )


def scratch_folder() -> Path:
    """A folder of this process that goes away with it."""
    path = tempfile.mkdtemp(prefix="overshoot-")
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return Path(path)


def kept_secret(path: Path) -> str:
    """Return the secret in ``path``; make it, readable by its owner only, when the file is not there.

    Several processes may start at once: each writes its own temporary file and the first to link it wins.
    """
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
                handle.write(secrets.token_urlsafe(SECRET_KEY_LENGTH))
            try:
                os.link(draft, path)
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        key = path.read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"{path} cannot be read or made ({error.strerror}): let the user who runs the site write to its"
            " folder, or set SECRET_KEY."
        ) from error
    if len(key) < SECRET_KEY_LENGTH:
        raise ImproperlyConfigured(
            f"{path} holds no proper key: delete it to have one made (everybody is logged out)."
        )
    return key
