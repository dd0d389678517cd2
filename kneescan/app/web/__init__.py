"""Pages and data for the browser, behind a gate that lets in nobody but the person who started it.

In: requests. Out: pages, figures as JSON, files. Open `application` first.
"""
