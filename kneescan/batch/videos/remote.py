"""List the videos at an address on another computer."""

import glob

from kneescan.batch.clips import BatchError, Clip
from kneescan.batch.videos.addresses import readable, refusal, scheme_of
from kneescan.batch.videos.fetching import masked_message, open_address
from kneescan.capture.video_names import (
    BEGINNING_BYTES,
    begins_like_video,
    has_video_name,
    is_ambiguous,
)


def clips_at(address: str, *, connect: bool) -> tuple[list[Clip], list[str]]:
    """Videos at an address, and files there that are named like videos but contain something else.

    Parameters
    ----------
    address : str
        Address of a video, a folder or a pattern; must be allowed.
    connect : bool
        Whether to list its contents; otherwise the address counts as one clip.

    Raises
    ------
    BatchError
        If it cannot be listed.
    """
    if not connect:
        return [Clip(path=readable(address), source=address)], []
    system, path = open_address(address)
    misnamed: set[str] = set()
    try:
        if glob.has_magic(path):
            names = list(system.glob(path))
        elif system.isdir(path):
            named = [name for name in system.find(path) if has_video_name(name)]
            misnamed = {
                name
                for name in named
                if is_ambiguous(name)
                and not begins_like_video(system.cat_file(name, start=0, end=BEGINNING_BYTES))
            }
            names = [name for name in named if name not in misnamed]
        else:
            names = [path]
        sources = [str(system.unstrip_protocol(name)) for name in names]
        other = [readable(str(system.unstrip_protocol(name))) for name in sorted(misnamed)]
    except Exception as error:
        shown = readable(address)
        msg = (
            f"{shown}: cannot be listed ({masked_message(error, address)}); check the address and your "
            "access rights"
        )
        raise BatchError(msg) from error
    clips = [
        Clip(path=readable(source), source=source)
        for source in sources
        # Names in a remote list are not trusted.
        if refusal(source, allow_remote=True) is None and scheme_of(source) != "file"
    ]
    return clips, other
