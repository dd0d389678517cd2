"""Problems: what was deleted while it was asked for is gone, and no trouble with the disk."""

import pytest

from kneescan.app.store.database import open_store
from kneescan.app.store.removal import mark_removed
from kneescan.app.web import review_api
from tests.app.running import GOOD, app_in


@pytest.mark.parametrize("error", [FileNotFoundError(2, "gone", "landmarks.npz"), KeyError("gone")])
def test_a_video_that_is_deleted_while_it_is_opened_leads_nowhere(tmp_path, monkeypatch, error):
    with app_in(tmp_path) as visitor:
        video_id = visitor.enter().upload(GOOD)
        visitor.when(video_id, "done")

        def deleted_meanwhile(_results):
            store = open_store(tmp_path)
            assert mark_removed(store, video_id)
            store.close()
            raise error

        monkeypatch.setattr(review_api, "measured_video", deleted_meanwhile)
        assert visitor.client.get(f"/videos/{video_id}/signals").status_code == 404
