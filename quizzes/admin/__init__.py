"""The authoring pages, in Django's admin: write, check, publish, look back.

Everything that is written goes through :mod:`quizzes.services`; docs/instructors.md tells how to use it.
"""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from quizzes.admin import catalogue, records, reports
from quizzes.admin.items import admin as items

__all__ = ["catalogue", "items", "records", "reports"]

admin.site.site_header = _("Overshoot")
admin.site.site_title = _("Overshoot administration")
admin.site.enable_nav_sidebar = False  # the header leads to the few lists; the forms need the width
admin.site.index_title = _("Write and look after the bank")
