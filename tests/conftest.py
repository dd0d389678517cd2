"""Configure settings that all tests share."""

from hypothesis import settings

# The same examples in every run, since intermittent failures do not help.
settings.register_profile("kneescan", derandomize=True, deadline=None)
settings.load_profile("kneescan")
