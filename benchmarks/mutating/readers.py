"""Provide a good input for each reader, and everything that kneescan does with it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from kneescan.landmarks import PoseSequence, Side
from kneescan.output.tables.settings_text import settings_toml
from kneescan.simulate import Noise, SquatScript, simulate
from kneescan.squat.settings import Settings

FPS, SIZE_PX = 30.0, (540, 960)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A reader of files from outside."""

    name: str
    make: Callable[[Path], Path]
    """Writes a good input into a folder; returns the file to mutate."""
    use: Callable[[Path, Path], None]
    """Reads the file, and writes all results into another folder."""


@cache
def simulated() -> PoseSequence:
    """Two squats on the left leg."""
    script = SquatScript(side=Side.LEFT, n_repetitions=2, valgus_deg=15.0)
    return simulate(script, noise=Noise(jitter_px=1.0), fps=FPS, seed=1).pose


def follow(pose: PoseSequence, out: Path, settings: Settings | None = None) -> None:
    """Analyse landmarks, and write, draw and describe everything about them."""
    from kneescan.batch.tables.records import clip_record
    from kneescan.output.folder import write_results
    from kneescan.output.wanted import Wanted
    from kneescan.output.words.summary import verdict_lines
    from kneescan.squat.analysis import analyze_pose

    analysis = analyze_pose(pose, settings)
    # Drawing takes most of the time, so it uses one language; the sentences use the other too.
    write_results(out, pose, analysis, Wanted(video=False, language="de"))
    json.loads((out / "analysis.json").read_text("utf-8"), parse_constant=_not_json)
    json.dumps(clip_record(pose, analysis), allow_nan=False)
    PoseSequence.load(out / "landmarks.npz")
    for language in ("en", "de"):
        list(verdict_lines(analysis, language=language))


def _not_json(name: str) -> NoReturn:
    msg = f"{name} is not JSON"
    raise ValueError(msg)


def _landmarks(file: Path, out: Path) -> None:
    follow(PoseSequence.load(file), out)


def _settings(file: Path, out: Path) -> None:
    follow(simulated(), out, Settings.from_toml(file))


def _foreign(file_format: str | None = None) -> Callable[[Path, Path], None]:
    def use(file: Path, out: Path) -> None:
        from kneescan.exchange import read_landmarks, write_landmarks

        source = file.parent if file_format == "openpose" else file
        width_px, height_px = SIZE_PX
        pose = read_landmarks(
            source, file_format=file_format, fps=FPS, width_px=width_px, height_px=height_px
        )
        follow(pose, out)
        for name in ("again.trc", "again.parquet"):
            write_landmarks(pose, out / name)

    return use


def _written(name: str, file_format: str | None = None) -> Callable[[Path], Path]:
    """Good input that kneescan writes itself."""

    def make(folder: Path) -> Path:
        from kneescan.exchange import write_landmarks

        write_landmarks(simulated(), folder / name, file_format=file_format)
        return folder / name

    return make


def _make_settings(folder: Path) -> Path:
    (folder / "settings.toml").write_text(settings_toml(), encoding="utf-8")
    return folder / "settings.toml"


def _make_mediapipe_csv(folder: Path) -> Path:
    pose = simulated()
    shares = pose.xy_px / SIZE_PX
    titles = [f"{axis}{k}" for k in range(shares.shape[1]) for axis in ("x", "y", "z", "v")]
    zeros = np.zeros(shares.shape[:2])
    values = np.stack([shares[..., 0], shares[..., 1], zeros, pose.visibility], axis=-1)
    table = values.reshape(len(pose), -1)
    file = folder / "mediapipe.csv"
    np.savetxt(file, table, "%.5f", ",", header=",".join(titles), comments="")
    return file


def _body_25() -> list[list[list[float]]]:
    """Points of each frame in OpenPose's format: x, y and score."""
    from kneescan.exchange.parsing.landmark_names import POINT_SETS, landmark_of

    pose = simulated()
    places = [landmark_of(name) or 0 for name in POINT_SETS["BODY_25"]]
    scores = np.full((len(pose), len(places), 1), 0.9)
    points: list[list[list[float]]] = np.concatenate(
        [pose.xy_px[:, places].round(2), scores], axis=-1
    ).tolist()
    return points


def _make_openpose(folder: Path) -> Path:
    for number, points in enumerate(_body_25()):
        flat = [value for point in points for value in point]
        content = {"version": 1.3, "people": [{"pose_keypoints_2d": flat}]}
        file = folder / f"video_{number:012d}_keypoints.json"
        file.write_text(json.dumps(content), encoding="utf-8")
    return folder / "video_000000000003_keypoints.json"


def _make_mmpose(folder: Path) -> Path:
    from kneescan.exchange.parsing.landmark_names import POINT_SETS, landmark_of

    pose = simulated()
    places = [landmark_of(name) or 0 for name in POINT_SETS["HALPE_26"]]
    frames = []
    for number, xy in enumerate(pose.xy_px[:, places].round(2).tolist()):
        person = {"keypoints": xy, "keypoint_scores": [0.9] * len(places)}
        frames.append({"frame_id": number, "instances": [person]})
    info = {"dataset_name": "halpe26", "num_keypoints": len(places)}
    file = folder / "mmpose.json"
    file.write_text(json.dumps({"meta_info": info, "instance_info": frames}), encoding="utf-8")
    return file


def _agreement(file: Path, out: Path) -> None:
    from kneescan.agreement import read_sessions, study_agreement, write_study

    write_study(study_agreement(read_sessions([file])), out, version="0")


def _make_agreement(folder: Path) -> Path:
    rng = np.random.default_rng(1)
    rows = ["subject,session,leg,valid,fppa_deg,wobble_pct"]
    for subject in range(8):
        for session in ("20.11.2024", "05.01.2025"):
            for leg in ("left", "right"):
                fppa_deg, wobble_pct = rng.normal(10 + subject, 1), rng.normal(1.5, 0.2)
                rows.append(f"S{subject},{session},{leg},true,{fppa_deg:.2f},{wobble_pct:.2f}")
    (folder / "sessions.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder / "sessions.csv"


def _manifest(file: Path, out: Path) -> None:
    from kneescan.batch.videos.listing import list_clips

    list_clips([file], results=out)


def _clips(folder: Path) -> list[dict[str, Any]]:
    for name in ("a.mp4", "b.mp4"):
        (folder / name).write_bytes(b"")
    return [
        {"path": "a.mp4", "leg": "left", "group": "x", "age": 31, "height_m": 1.7},
        {"path": "b.mp4", "leg": "right", "group": "y", "age": 45, "height_m": 1.82},
    ]


def _make_manifest_csv(folder: Path) -> Path:
    rows = _clips(folder)
    lines = [",".join(rows[0]), *(",".join(map(str, row.values())) for row in rows)]
    (folder / "manifest.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder / "manifest.csv"


def _make_manifest_parquet(folder: Path) -> Path:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.Table.from_pylist(_clips(folder)), folder / "manifest.parquet")
    return folder / "manifest.parquet"


def _make_saved_list(folder: Path) -> Path:
    import pyarrow as pa
    import pyarrow.parquet as pq

    about = {"inputs": ["*.mp4"], "model": "full", "tracking": {"kneescan": "1"}}
    row = {"path": "a.mp4", "leg": "left", "sha256": "0" * 64, "key": "0" * 32}
    row |= {"kind": None, "reason": None, "given_group": "x"}
    schema = pa.schema(
        [pa.field(name, pa.string()) for name in row], {"kneescan": json.dumps(about)}
    )
    pq.write_table(pa.Table.from_pylist([row], schema), folder / "manifest.parquet")
    return folder / "manifest.parquet"


def _saved_list(file: Path, _out: Path) -> None:
    from kneescan.batch.store.saved_list import load_list

    load_list(file.parent)


def _video(suffix: str, codec: str) -> Callable[[Path], Path]:
    """Good input: a second of a moving square."""

    def make(folder: Path) -> Path:
        import av

        file = folder / f"video{suffix}"
        with av.open(str(file), "w") as container:
            stream = container.add_stream(codec, rate=30)
            stream.width, stream.height, stream.pix_fmt = 160, 120, "yuv420p"
            stream.time_base = Fraction(1, 30)
            for number in range(30):
                picture = np.full((120, 160, 3), 90, np.uint8)
                picture[20:60, 3 * number : 3 * number + 40] = 220
                container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
            container.mux(stream.encode())
        return file

    return make


def _watch(file: Path, out: Path) -> None:
    """Read all frames; finding landmarks in them is the job of the pose model."""
    from kneescan.capture.container.source_file import file_sha256
    from kneescan.capture.video_file import VideoFile

    with VideoFile(file, max_side_px=960) as video:
        time_s = np.array([frame.time_s for frame in video])
        size_px = (video.info.width_px, video.info.height_px)
    n_frames = time_s.size
    pose = PoseSequence(
        time_s=time_s,
        xy_px=np.resize(simulated().xy_px, (n_frames, 33, 2)),
        visibility=np.ones((n_frames, 33)),
        size_px=size_px,
        provenance={"video": {"name": file.name, "sha256": file_sha256(file)}},
    )
    follow(pose, out)


READERS = (
    Reader(name="landmarks npz", make=_written("landmarks.npz"), use=_landmarks),
    Reader(name="settings", make=_make_settings, use=_settings),
    Reader(name="MediaPipe CSV", make=_make_mediapipe_csv, use=_foreign("mediapipe-csv")),
    Reader(name="OpenPose JSON", make=_make_openpose, use=_foreign("openpose")),
    Reader(name="MMPose JSON", make=_make_mmpose, use=_foreign("mmpose")),
    Reader(name="DLC CSV", make=_written("dlc.csv", "dlc-csv"), use=_foreign("dlc-csv")),
    Reader(name="TRC", make=_written("landmarks.trc"), use=_foreign()),
    Reader(name="landmarks Parquet", make=_written("landmarks.parquet"), use=_foreign()),
    Reader(name="agreement CSV", make=_make_agreement, use=_agreement),
    Reader(name="manifest CSV", make=_make_manifest_csv, use=_manifest),
    Reader(name="manifest Parquet", make=_make_manifest_parquet, use=_manifest),
    Reader(name="list of a batch", make=_make_saved_list, use=_saved_list),
    Reader(name="video mp4", make=_video(".mp4", "libx264"), use=_watch),
    Reader(name="video mkv", make=_video(".mkv", "libx264"), use=_watch),
    Reader(name="video avi", make=_video(".avi", "mpeg4"), use=_watch),
    Reader(name="video ts", make=_video(".ts", "libx264"), use=_watch),
    Reader(name="video webm", make=_video(".webm", "libvpx"), use=_watch),
)
