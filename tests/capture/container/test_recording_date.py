from datetime import UTC, datetime, timedelta

import pytest

from kneescan.capture.container.recording_date import recorded_at


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"creation_time": "2026-05-03T12:23:11.000000Z"}, "2026-05-03T12:23:11+00:00"),
        (
            {
                "creation_time": "2026-05-03T12:23:11.000000Z",
                "com.apple.quicktime.creationdate": "2026-05-03T14:23:11+0200",
            },
            "2026-05-03T14:23:11+02:00",
        ),
        ({"creation_time": "2026-05-03 12:23:11"}, "2026-05-03T12:23:11+00:00"),
        ({"creation_time": "1904-01-01T00:00:00.000000Z"}, None),
        ({"creation_time": "1970-01-01T00:00:00.000000Z"}, None),
        ({"creation_time": "soon"}, None),
        ({}, None),
    ],
    ids=["mp4", "apple", "no zone", "clock of 1904", "clock of 1970", "no date", "no tag"],
)
def test_the_moment_of_a_recording(tags, expected):
    assert recorded_at(tags) == expected


def test_a_clock_that_runs_ahead_is_not_believed():
    future = datetime.now(UTC) + timedelta(days=30)
    assert recorded_at({"creation_time": future.isoformat()}) is None
