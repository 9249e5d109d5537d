"""What the site remembers of a visitor's taste, in cookies of its own that hold nothing else."""

THEME_COOKIE = "theme"
THEMES = ("light", "dark")
KEYS_COOKIE = "keys"
YEAR = 365 * 24 * 3600
