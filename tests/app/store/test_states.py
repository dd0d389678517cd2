"""States: results that are there outlast a job that brought none."""

import pytest

from kneescan.app.store.states import standing


@pytest.mark.parametrize(
    ("states", "found"),
    [
        ([], "done"),
        (["queued"], "queued"),
        (["failed"], "failed"),
        (["failed", "cancelled"], "cancelled"),
        (["failed", "running"], "running"),
        (["done", "running"], "running"),
        (["done", "failed"], "done"),
        (["failed", "done", "cancelled", "failed"], "done"),
    ],
)
def test_a_video_stands_as_its_newest_results_or_its_newest_job(states, found):
    assert standing(states) == found
