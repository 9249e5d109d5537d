"""How static files are collected: under a name that carries a digest of the content, and compressed."""

from django.contrib.staticfiles.storage import HashedFilesMixin
from whitenoise.storage import CompressedManifestStaticFilesStorage

# The expressions that find ``import … from "./other.js"``. Django would apply them to every script, and some
# that packages bring along name files that are not there.
_, FIND_IMPORTS = HashedFilesMixin._js_module_import_aggregation_patterns  # type: ignore[attr-defined]


class StaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Rewrites the imports between our own modules too, so that browsers may keep every file for ever."""

    patterns = (*HashedFilesMixin.patterns, ("js/*.js", FIND_IMPORTS))
