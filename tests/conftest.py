"""Settings that all tests share."""

from hypothesis import settings

# The same examples in every run: a failure that comes and goes helps nobody.
settings.register_profile("kneescan", derandomize=True, deadline=None)
settings.load_profile("kneescan")
