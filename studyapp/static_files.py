"""How static files are collected: under a name that carries a digest of the content, and compressed."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Rewrites the imports between JavaScript modules too, so that a browser may keep every file for ever."""

    support_js_module_import_aggregation = True
