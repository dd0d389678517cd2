"""Find the pose model, check that it is undamaged, and download another one.

`full` comes with kneescan. `lite` and `heavy` are downloaded only by `kneescan fetch-model`; nothing else
here, and no analysis, opens a connection.
"""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from kneescan.errors import ModelFileError, system_reason
from kneescan.pose.models.model_download import download

SHIPPED_MODEL = "full"
OFFICIAL_FOLDER = "https://storage.googleapis.com/mediapipe-models/pose_landmarker"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSource:
    """An official pose model: its address, and the hash and length that it must have."""

    name: str
    """Name for users: lite, full or heavy."""
    url: str
    """Official address."""
    sha256: str
    """Hash of the whole file, in hexadecimal."""
    n_bytes: int
    """Length of the file."""

    @property
    def file_name(self) -> str:
        """Name of the file as published."""
        return self.url.rpartition("/")[2]


def _official_model(name: str, sha256: str, n_bytes: int) -> ModelSource:
    stem = f"pose_landmarker_{name}"
    # Version 1, never "latest": the hash could not be pinned otherwise.
    url = f"{OFFICIAL_FOLDER}/{stem}/float16/1/{stem}.task"
    return ModelSource(name=name, url=url, sha256=sha256, n_bytes=n_bytes)


MODELS: dict[str, ModelSource] = {
    source.name: source
    for source in (
        _official_model(
            "lite",
            "59929e1d1ee95287735ddd833b19cf4ac46d29bc7afddbbf6753c459690d574a",
            5_777_746,
        ),
        _official_model(
            "full",
            "4eaa5eb7a98365221087693fcc286334cf0858e2eb6e15b506aa4a7ecdcec4ad",
            9_398_198,
        ),
        _official_model(
            "heavy",
            "64437af838a65d18e5ba7a0d39b465540069bc8aae8308de3e318aad31fcbc7b",
            30_664_242,
        ),
    )
}
"""The official models by name."""

NET_SHA256 = {
    "body_yaw.onnx": "7497525e1694e9286acc2c7d8e69d291329380e1627a34c56411eb9cab05cdef",
    "leg_close_up.onnx": "47ec114d27c177f8c978d5bc403a27eb4f9336266f4172ac2b38127a0c94d668",
    "movenet_thunder.onnx": "9951ff2106710749d4445efcf1039e73a2503ad37592ca908a7e9133331b43e8",
}
"""Hashes of the networks that refine the landmarks: a few wrong bits would silently change the numbers."""


def cache_folder() -> Path:
    """Folder of the user for downloaded models."""
    return platformdirs.user_cache_path("kneescan", appauthor=False) / "models"


def find_model(model: str | os.PathLike[str] | None = None) -> Path:
    """Path of the pose model to use; nothing is downloaded.

    Parameters
    ----------
    model : str or path, optional
        ``full`` (the default, shipped with kneescan), ``lite`` or ``heavy`` (if downloaded), or the
        path of a ``.task`` file. If a file has the name of a model, give it as ``./full``.

    Returns
    -------
    Path
        An existing file.

    Raises
    ------
    ModelFileError
        If the model has not been downloaded yet, or the file does not exist.
    """
    if model is None or model == SHIPPED_MODEL:
        return _shipped_model()
    if isinstance(model, str) and model in MODELS:
        cached = cache_folder() / MODELS[model].file_name
        if not cached.is_file():
            msg = f"the {model} model is not on this computer; run `kneescan fetch-model {model}`"
            raise ModelFileError(msg, code="model_not_here", model=model)
        return cached
    path = Path(model)
    if not path.is_file() or path.suffix != ".task":
        fault = "not a .task file" if path.is_file() else "no such file"
        msg = f"{path}: {fault}; give {_names()} or the path of a .task file"
        code = "model_other_file" if path.is_file() else "model_no_such_file"
        raise ModelFileError(msg, code=code, path=path, names=_names())
    return path


def verify_model(path: str | os.PathLike[str]) -> str:
    """Check that an official pose model is undamaged, and return the SHA-256 of any model.

    Parameters
    ----------
    path : str or path
        Pose model. A file with the name of an official model must be that model; other models are
        not checked.

    Returns
    -------
    str
        64 hexadecimal digits, for the provenance of a result.

    Raises
    ------
    ModelFileError
        If the file cannot be read, or is not what its name says.
    """
    path = Path(path)
    try:
        sha256 = _sha256(path)
    except OSError as error:
        msg = f"{path}: the pose model cannot be read ({error}); {_remedy(path)}"
        raise ModelFileError(msg) from error
    source = _source_of(path)
    if source is not None and sha256 != source.sha256:
        msg = (
            f"{path}: damaged, or not the official {source.name} model (SHA-256 {sha256}, expected "
            f"{source.sha256}); {_remedy(path)}, or rename the file if the model is your own"
        )
        raise ModelFileError(msg)
    return sha256


def fetch_model(
    name: str,
    *,
    url: str | None = None,
    directory: str | os.PathLike[str] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Path:
    """Download an official pose model; call this only at the user's explicit request.

    Parameters
    ----------
    name : {"lite", "full", "heavy"}
        Model to download.
    url : str, optional
        Mirror to use instead of the official address; http is accepted only from this computer. The
        file must still be the official one.
    directory : str or path, optional
        Folder for the file; by default the one that `find_model` searches.
    progress : callable, optional
        Called after every piece with the bytes received so far and the bytes expected.

    Returns
    -------
    Path
        The model, complete and checked. If it was already there, it is not downloaded again.

    Raises
    ------
    ModelFileError
        If the model cannot be downloaded, or the file is not the official one; nothing is left behind
        then.
    """
    source = MODELS.get(name)
    if source is None:
        msg = f"there is no model called {name!r}; give {_names()}"
        raise ModelFileError(msg)
    folder = cache_folder() if directory is None else Path(directory)
    target = folder / source.file_name
    try:
        if not (target.is_file() and _sha256(target) == source.sha256):
            download(
                url or source.url,
                target,
                n_bytes=source.n_bytes,
                sha256=source.sha256,
                progress=progress,
            )
    except OSError as error:
        msg = f"{target}: cannot be written ({error}); free some space or choose another folder"
        raise ModelFileError(msg) from error
    return target


def _shipped_model() -> Path:
    name = MODELS[SHIPPED_MODEL].file_name
    for folder in (*_shipped_folders(), cache_folder()):
        if (folder / name).is_file():
            return folder / name
    msg = f"{name} is missing from this installation; {_remedy(Path(name))}"
    raise ModelFileError(msg, code="model_missing", name=name)


def read_net(name: str) -> bytes:
    """Read one of kneescan's own networks.

    Parameters
    ----------
    name : str
        A name in `NET_SHA256`.

    Raises
    ------
    ModelFileError
        If it is missing, cannot be read or is damaged.
    """
    path = next((folder / name for folder in _shipped_folders() if (folder / name).is_file()), None)
    if path is None:
        msg = f"{name} is missing from this installation; reinstall kneescan"
        raise ModelFileError(msg, code="model_missing", name=name)
    try:
        content = path.read_bytes()
    except OSError as error:
        why = system_reason(error)
        msg = f"{path}: cannot be read ({why['reason']}); reinstall kneescan"
        raise ModelFileError(msg, code="model_unreadable", path=path, **why) from error
    sha256, expected = hashlib.sha256(content).hexdigest(), NET_SHA256[name]
    if sha256 != expected:
        msg = f"{path}: damaged (SHA-256 {sha256}, expected {expected}); reinstall kneescan"
        values = {"path": path, "sha256": sha256, "expected": expected}
        raise ModelFileError(msg, code="model_damaged", **values)
    return content


def _shipped_folders() -> tuple[Path, Path]:
    """Folders of the models shipped with kneescan: in the package (wheel) or next to it (checkout)."""
    package = Path(__file__).resolve().parents[2]
    return package / "models", package.parent / "models"


def _names() -> str:
    return ", ".join(MODELS)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _source_of(path: Path) -> ModelSource | None:
    return next((source for source in MODELS.values() if source.file_name == path.name), None)


def _remedy(path: Path) -> str:
    source = _source_of(path)
    if source is None:
        return "give another .task file"
    if source.name == SHIPPED_MODEL:
        return "reinstall kneescan"
    return f"run `kneescan fetch-model {source.name}`"
