"""Vendored files: exactly those that their makers published, with their licence."""

from hashlib import sha256
from pathlib import Path

import pytest

import kneescan.app

UPLOT = Path(kneescan.app.__file__).parent / "static" / "vendor" / "uplot"
PUBLISHED = {
    # uPlot 1.6.32, from its package in the npm registry
    "uPlot.iife.min.js": "19c8d4c6ad88929a79f4ae49d6f7161566dfd0ba3d15cc495e974f787eb78f1f",
    "uPlot.min.css": "df630c6a8d6f8eeaff264b50f73ce5b114f646ffd9a0bb74f049b0a00135fa04",
    "LICENSE": "8f989229699b4fe2f1a0432d0e9edc338a8a911e250e2d1b01ecd770a5f5b1bd",
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_vendored_file_is_as_it_was_published(name):
    assert sha256((UPLOT / name).read_bytes()).hexdigest() == PUBLISHED[name]
