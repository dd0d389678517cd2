"""Build hook: names that the theme leaves out, for people who hear the page instead of seeing it."""

import re

SEARCH = '<div class="md-search" data-md-component="search" role="dialog"'
SECTION = re.compile(
    r"""(<nav\s[^>]*)aria-labelledby="(__nav_[\d_]+)_label"
    ([^>]*>\s*<label[^>]*\sfor="\2">\s*<span[^>]*></span>\s*([^<]*?)\s*</label>)""",
    re.VERBOSE,
)
"""A section of the navigation with its title. The label that the theme refers to may be empty."""


def on_post_page(output: str, **_: object) -> str:
    """Name the search and the sections of the navigation."""
    html = output.replace(SEARCH, f'{SEARCH} aria-label="Search"')
    return SECTION.sub(r'\1aria-label="\4"\3', html)
