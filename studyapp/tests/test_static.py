"""Static files that pages name are there: once collected, a missing one fails the page."""

import re

from django.contrib.staticfiles import finders

from studyapp.settings import BASE_DIR


def test_every_static_file_that_a_template_names_exists() -> None:
    named = {
        (name, str(template.relative_to(BASE_DIR)))
        for template in (BASE_DIR / "templates").rglob("*.html")
        for name in re.findall(r"""{%\s*static\s+["']([^"']+)["']""", template.read_text())
    }
    assert named
    assert [pair for pair in sorted(named) if finders.find(pair[0]) is None] == []
