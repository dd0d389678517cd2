"""Commands run in a folder of their own, since results are written there if no folder is given."""

import pytest


@pytest.fixture(autouse=True)
def own_folder(monkeypatch, tmp_path_factory):
    monkeypatch.chdir(tmp_path_factory.mktemp("here"))
