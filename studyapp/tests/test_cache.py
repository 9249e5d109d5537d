"""The cache in a file is bounded in bytes, and what counts requests stays in it."""

import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings

# In a process of its own: under test the cache is another.
FILLING = """
import django
django.setup()
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
call_command("createcachetable", database="cache")
cache.set("counter", 7, 60)
cache._most_bytes = 2_000_000
for number in range(100):
    cache.set(f"answer:{number}", "x" * 100_000, 1000 + number)
    assert cache.get(f"answer:{number}") is not None, number
kept = sum(cache.get(f"answer:{number}") is not None for number in range(100))
print(kept, cache.get("answer:0"), cache.get("counter"), settings.CACHES["default"]["OPTIONS"]["MOST_BYTES"])
"""


def test_large_entries_make_room_for_others_and_counters_stay(tmp_path: Path) -> None:
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "studyapp.settings", "OVERSHOOT_VAR": str(tmp_path)}
    told = subprocess.run(
        [sys.executable, "-c", FILLING],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    kept, first, counter, most = told.stdout.split()
    assert 5 <= int(kept) <= 20 and first == "None", "the oldest went"
    assert (counter, most) == ("7", "500000000")
    assert (tmp_path / "cache.sqlite3").stat().st_size < 4_000_000
