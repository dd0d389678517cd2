"""Estimates a video in a process that does not survive an attempt to open a socket.

MediaPipe is native code, so Python's audit hooks see only half of what happens. On Linux the kernel
itself is asked to kill the process (signal SIGSYS) at the system call; no privilege is needed.
"""

import ctypes
import platform
import socket
import struct
import sys
from itertools import islice

SOCKET_CALL = {"x86_64": 41, "aarch64": 198}
"""Number of the system call ``socket`` by processor."""

PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 22, 38
SECCOMP_MODE_FILTER = 2
LOAD_WORD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
KILL_PROCESS, ALLOW = 0x80000000, 0x7FFF0000


class FilterProgram(ctypes.Structure):
    _fields_ = (("n_instructions", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def forbid_sockets() -> bool:
    """Set both traps; whether the kernel took part."""
    sys.addaudithook(refuse_socket_events)
    call = SOCKET_CALL.get(platform.machine())
    if sys.platform != "linux" or call is None:
        return False
    instructions = (
        (LOAD_WORD, 0, 0, 0),
        (JUMP_IF_EQUAL, 0, 1, call),
        (RETURN, 0, 0, KILL_PROCESS),
        (RETURN, 0, 0, ALLOW),
    )
    code = b"".join(struct.pack("=HBBI", *instruction) for instruction in instructions)
    program = FilterProgram(len(instructions), ctypes.cast(code, ctypes.c_void_p))
    prctl = ctypes.CDLL(None).prctl
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0) == 0


def refuse_socket_events(event: str, _: tuple[object, ...]) -> None:
    if event.startswith("socket."):
        msg = f"the analysis asked for {event}"
        raise RuntimeError(msg)


def main() -> None:
    is_guarded = forbid_sockets()
    path = sys.argv[1]
    if path == "--open-a-socket-natively":
        if not is_guarded:
            sys.exit("no guard")
        ctypes.CDLL(None).socket(socket.AF_INET, socket.SOCK_STREAM, 0)
        return
    # Imported only now, so that an import that opens a socket is noticed too.
    from kneescan.capture.video_file import VideoFile
    from kneescan.pose.mediapipe.estimator import MediaPipeEstimator
    from kneescan.pose.models.model_file import find_model

    with VideoFile(path, max_side_px=480) as video:
        estimator = MediaPipeEstimator(find_model(), n_workers=2, chunk_frames=8)
        frames = list(islice(video, 24))
    sightings = estimator.find_people(frames[:2])
    pose = estimator.estimate(frames, size_px=(540, 960))
    n_people = [len(sighting.people) for sighting in sightings]
    sys.stdout.write(f"{int(pose.found.sum())} frames, {n_people} people")


if __name__ == "__main__":
    main()
