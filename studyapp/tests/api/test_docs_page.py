"""The reader of the schema, in a browser."""

from __future__ import annotations

from typing import Any


def test_the_schema_is_shown_and_tried_without_a_breach_of_policy(page: Any) -> None:
    page.goto("/api/v1/docs/")
    page.locator("#operations-about-endpoints").wait_for()
    assert page.locator(".opblock").count() > 20
    page.locator("#operations-about-endpoints .opblock-summary-control").click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()
    page.locator(".live-responses-table .response-col_status").first.wait_for()
    assert "200" in page.locator(".live-responses-table").inner_text()
