"""Build hook: who may read a page, and what a page may read.

It adds names that the theme leaves out, for people who hear the page instead of seeing it, and a policy
that lets the page load nothing from other hosts.
"""

import re

CHARSET = '<meta charset="utf-8">'
POLICY = (
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'self' 'unsafe-inline' data:; "
    "object-src 'none'; base-uri 'none'; form-action 'none'\">"
)
"""The theme's scripts are in its pages, so those of a page are allowed."""
SEARCH = '<div class="md-search" data-md-component="search" role="dialog"'
SECTION = re.compile(
    r"""(<nav\s[^>]*)aria-labelledby="(__nav_[\d_]+)_label"
    ([^>]*>\s*<label[^>]*\sfor="\2">\s*<span[^>]*></span>\s*([^<]*?)\s*</label>)""",
    re.VERBOSE,
)
"""A section of the navigation with its title. The label that the theme refers to may be empty."""


def on_post_page(output: str, **_: object) -> str:
    """Add the policy, and name the search and the sections of the navigation."""
    html = output.replace(CHARSET, CHARSET + POLICY, 1)
    html = html.replace(SEARCH, f'{SEARCH} aria-label="Search"')
    return SECTION.sub(r'\1aria-label="\4"\3', html)
