"""Variables are typed, and nonsense or unsafe combinations are refused in one sentence."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from studyapp.env import Environment, kept_secret

GOOD_KEY = "k3Y-zq" * 10


def read(values: dict[str, str], reader: str, *arguments: Any, **options: Any) -> Any:
    return getattr(Environment(values), reader)(*arguments, "what it does", **options)


@pytest.mark.parametrize(
    ("value", "expected"),
    [("1", True), ("TRUE", True), ("on", True), ("no", False), ("0", False), ("", False)],
)
def test_booleans_are_read_in_the_usual_spellings(value: str, expected: bool) -> None:
    assert read({"FLAG": value}, "boolean", "FLAG", False) is expected


@pytest.mark.parametrize("value", ["maybe", "2", "tru", "on off"])
def test_anything_else_is_no_boolean(value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=f"FLAG must be on or off.*{value}"):
        read({"FLAG": value}, "boolean", "FLAG", False)


@pytest.mark.parametrize("value", ["0", "65", "4.5", "four", "١", "--2", "1e1"])
def test_integers_outside_their_range_are_refused(value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="THREADS must be a whole number from 1 to 64"):
        read({"THREADS": value}, "integer", "THREADS", 4, minimum=1, maximum=64)


def test_lists_are_split_at_commas_and_trimmed() -> None:
    assert read({"HOSTS": " a.example , b.example,"}, "names", "HOSTS", []) == ["a.example", "b.example"]


def test_an_empty_variable_counts_as_absent() -> None:
    assert read({"PORT": "  "}, "integer", "PORT", 8000, minimum=1, maximum=65535) == 8000


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("mysql://u:secret@h/db", "must start with postgresql://"),
        ("postgresql://u:secret@host:5432/", "names no database"),
        ("postgresql://u:s#cret@host/db", "cannot be read|names no database"),
        ("nonsense", "must start with postgresql://"),
    ],
)
def test_a_wrong_database_address_is_refused_without_repeating_its_password(url: str, complaint: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=complaint) as caught:
        read({"DATABASE_URL": url}, "database", Path("/nowhere/db.sqlite3"))
    assert "secret" not in str(caught.value)


def test_a_database_address_is_read() -> None:
    config = read({"DATABASE_URL": "postgresql://u:p%40ss@host:5433/db"}, "database", Path("db.sqlite3"))
    assert (config["ENGINE"], config["HOST"], config["PORT"]) == (
        "django.db.backends.postgresql",
        "host",
        5433,
    )
    assert (config["USER"], config["PASSWORD"], config["NAME"]) == ("u", "p@ss", "db")


@pytest.mark.parametrize("url", ["memcached://host", "host:6379", "http://host"])
def test_only_redis_and_memory_are_caches(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="CACHE_URL must start with redis://"):
        read({"CACHE_URL": url}, "cache")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "smtp+tls://me%40x.org:p%2Fw@mail.example:2525",
            ("mail.example", 2525, "me@x.org", "p/w", True, False),
        ),
        ("smtps://mail.example", ("mail.example", 465, "", "", False, True)),
        ("smtp://mail.example", ("mail.example", 25, "", "", False, False)),
    ],
)
def test_mail_addresses_are_read(url: str, expected: tuple[Any, ...]) -> None:
    mail = read({"EMAIL_URL": url}, "email", Path("mail"))
    names = ("HOST", "PORT", "HOST_USER", "HOST_PASSWORD", "USE_TLS", "USE_SSL")
    assert tuple(mail[f"EMAIL_{name}"] for name in names) == expected


@pytest.mark.parametrize(
    "url", ["mail.example", "smtp://", "smtp://h:abc", "imap://h", "smtp://h/x", "smtp://h?tls=1"]
)
def test_other_mail_addresses_are_refused(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL"):
        read({"EMAIL_URL": url}, "email", Path("mail"))


@pytest.mark.parametrize(
    ("production", "debug", "hosts", "complaint"),
    [
        (True, True, ["study.example"], "PRODUCTION and DEBUG are both on"),
        (True, False, [], "PRODUCTION needs ALLOWED_HOSTS"),
        (True, False, ["localhost", "127.0.0.1"], "PRODUCTION needs ALLOWED_HOSTS"),
        (True, False, ["*"], "would trust any"),
        (False, False, ["*"], "would trust any"),
        (False, True, ["study.example"], "turn DEBUG off"),
        (False, False, ["https://study.example"], "bare host names"),
        (False, False, ["study.example:8000"], "bare host names"),
    ],
)
def test_unsafe_combinations_are_refused(
    production: bool, debug: bool, hosts: list[str], complaint: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match=complaint):
        Environment({}).refuse_unsafe(production=production, debug=debug, hosts=hosts)


@pytest.mark.parametrize("hosts", [["localhost", "127.0.0.1", "[::1]"], ["10.0.0.5"], [".example.org"]])
def test_safe_hosts_are_accepted(hosts: list[str]) -> None:
    Environment({}).refuse_unsafe(production=False, debug=False, hosts=hosts)


class TestSecretKey:
    def test_is_made_once_for_its_owner_only(self, tmp_path: Path) -> None:
        path = tmp_path / "new" / "secret_key"
        key = Environment({}).secret_key(path, production=False)
        assert len(key) >= 50
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert Environment({}).secret_key(path, production=False) == key
        assert list(path.parent.iterdir()) == [path]

    def test_is_the_same_for_processes_that_start_at_once(self, tmp_path: Path) -> None:
        with ThreadPoolExecutor(16) as pool:
            keys = set(pool.map(lambda _: kept_secret(tmp_path / "secret_key"), range(64)))
        assert len(keys) == 1

    def test_has_to_be_given_in_production(self, tmp_path: Path) -> None:
        with pytest.raises(ImproperlyConfigured, match="PRODUCTION needs SECRET_KEY or SECRET_KEY_FILE"):
            Environment({}).secret_key(tmp_path / "secret_key", production=True)
        assert not (tmp_path / "secret_key").exists()

    def test_may_come_from_a_file(self, tmp_path: Path) -> None:
        file = tmp_path / "mounted"
        file.write_text(f"{GOOD_KEY}\n")
        values = {"SECRET_KEY_FILE": str(file)}
        assert Environment(values).secret_key(tmp_path / "unused", production=True) == GOOD_KEY

    @pytest.mark.parametrize("key", ["short", "aaaaaaaaaa" * 6])
    def test_is_refused_when_weak_and_never_repeated(self, tmp_path: Path, key: str) -> None:
        with pytest.raises(ImproperlyConfigured, match="at least 50 varied characters") as caught:
            Environment({"SECRET_KEY": key}).secret_key(tmp_path / "unused", production=False)
        assert key not in str(caught.value)

    def test_in_an_absent_file_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(ImproperlyConfigured, match="SECRET_KEY_FILE cannot be read"):
            Environment({"SECRET_KEY_FILE": str(tmp_path / "none")}).secret_key(tmp_path, production=False)

    def test_damaged_on_disk_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "secret_key").write_text("")
        with pytest.raises(ImproperlyConfigured, match="holds no proper key"):
            kept_secret(tmp_path / "secret_key")


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ImproperlyConfigured, match=r"OVERSHOOT_VAR: the folder .* cannot be made"):
        read({"OVERSHOOT_VAR": str(tmp_path / "file" / "var")}, "folder", "OVERSHOOT_VAR", tmp_path, shown="")
