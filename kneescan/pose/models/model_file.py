"""Where the pose model is, whether it is sound, and how to fetch another one.

`full` comes with kneescan. `lite` and `heavy` are fetched only when somebody asks for them by
`kneescan fetch-model`; nothing else here, and no analysis, opens a connection.
"""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from kneescan.errors import ModelFileError
from kneescan.pose.models.model_download import download

SHIPPED_MODEL = "full"
OFFICIAL_FOLDER = "https://storage.googleapis.com/mediapipe-models/pose_landmarker"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSource:
    """An official pose model: where it is published and what it must contain."""

    name: str
    """What the user calls it: lite, full or heavy."""
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
    "leg_close_up.onnx": "661636d8d95baaef69fca699b869411e6865a66da6421687725c6938d0ac8f5e",
}
"""What each of kneescan's own networks must contain: a few wrong bits give other numbers, and nothing
shows it."""


def cache_folder() -> Path:
    """Folder of the user's own where fetched models are kept."""
    return platformdirs.user_cache_path("kneescan", appauthor=False) / "models"


def find_model(model: str | os.PathLike[str] | None = None) -> Path:
    """Pose model to use, as a path; nothing is ever fetched here.

    Parameters
    ----------
    model : str or path, optional
        ``full`` (the default, shipped with kneescan), ``lite`` or ``heavy`` (once fetched), or the
        path of a ``.task`` file. A file that is called like a model is given as ``./full``.

    Returns
    -------
    Path
        An existing file.

    Raises
    ------
    ModelFileError
        If the model was not fetched yet, or there is no such file.
    """
    if model is None or model == SHIPPED_MODEL:
        return _shipped_model()
    if isinstance(model, str) and model in MODELS:
        cached = cache_folder() / MODELS[model].file_name
        if not cached.is_file():
            msg = f"the {model} model is not on this computer; run `kneescan fetch-model {model}`"
            raise ModelFileError(msg)
        return cached
    path = Path(model)
    if not path.is_file() or path.suffix != ".task":
        fault = "not a .task file" if path.is_file() else "no such file"
        msg = f"{path}: {fault}; give {_names()} or the path of a .task file"
        raise ModelFileError(msg)
    return path


def verify_model(path: str | os.PathLike[str]) -> str:
    """SHA-256 of a pose model, after a check that an official one is undamaged.

    Parameters
    ----------
    path : str or path
        Pose model. One that bears the name of an official model must be that model; any other is
        the user's own affair.

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
    """Download an official pose model, on the user's explicit request only.

    Parameters
    ----------
    name : {"lite", "full", "heavy"}
        Model to fetch.
    url : str, optional
        Mirror to take it from instead of the official address. Plain http is accepted from this
        very computer only. What arrives must be the official file all the same.
    directory : str or path, optional
        Folder to put it into; by default the one where `find_model` looks.
    progress : callable, optional
        Told the bytes received so far and the bytes expected, after every piece.

    Returns
    -------
    Path
        The model, complete and checked. One that was there already is left as it is.

    Raises
    ------
    ModelFileError
        If the model cannot be had, or something else arrived; nothing is left behind then.
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
    raise ModelFileError(msg)


def read_net(name: str) -> bytes:
    """Read one of kneescan's own networks, which come with kneescan.

    Parameters
    ----------
    name : str
        One of `NET_SHA256`.

    Raises
    ------
    ModelFileError
        If it is missing, cannot be read or is damaged.
    """
    path = next((folder / name for folder in _shipped_folders() if (folder / name).is_file()), None)
    if path is None:
        msg = f"{name} is missing from this installation; reinstall kneescan"
        raise ModelFileError(msg)
    try:
        content = path.read_bytes()
    except OSError as error:
        msg = f"{path}: cannot be read ({error.strerror}); reinstall kneescan"
        raise ModelFileError(msg) from error
    sha256, expected = hashlib.sha256(content).hexdigest(), NET_SHA256[name]
    if sha256 != expected:
        msg = f"{path}: damaged (SHA-256 {sha256}, expected {expected}); reinstall kneescan"
        raise ModelFileError(msg)
    return content


def _shipped_folders() -> tuple[Path, Path]:
    """Where the models lie that come with kneescan: in the package of a wheel, beside it in a checkout."""
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
