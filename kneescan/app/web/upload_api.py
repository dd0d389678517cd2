"""Uploads: videos arrive in pieces over POST, HEAD and PATCH, and continue after a cut.

POST announces a video, PATCH brings bytes from an offset on, HEAD tells how many there are. After the
last byte, the answer says whether the video was taken in or is known already.
"""

import json
import re
from collections.abc import AsyncIterator
from typing import Any

import anyio
from anyio.to_thread import run_sync
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from kneescan.app.jobs.arriving import OffsetError, Progress
from kneescan.app.web.desk import Desk, desk_of

MAX_ANNOUNCEMENT_BYTES = 4096
BLOCK_BYTES = 1 << 20
"""Bytes that are collected before they are written."""
SILENT_S = 20.0
"""A request that brings nothing for so long has ended, even if nobody said so: a computer was asleep, or a
phone has left the network. Another one could not continue before. [s]"""
FINGERPRINT = re.compile(r"[0-9a-f]{64}")


async def announce(request: Request) -> Response:
    """Begin an upload, or continue that of the same file."""
    content = b""
    async for piece in request.stream():
        content += piece
        if len(content) > MAX_ANNOUNCEMENT_BYTES:
            raise HTTPException(413)
    size_bytes, fingerprint = _announced(content)
    desk = desk_of(request)
    progress = await run_sync(desk.intake.begin, size_bytes, fingerprint)
    return _answer(desk, progress, status=201)


async def offset(request: Request) -> Response:
    """Tell how many bytes of an upload there are."""
    desk = desk_of(request)
    progress = await run_sync(desk.intake.progress, request.path_params["video_id"])
    if progress is None:
        raise HTTPException(404)
    return Response(headers=_headers(progress))


async def append(request: Request) -> Response:
    """Take bytes from an offset on."""
    desk, upload_id = desk_of(request), request.path_params["video_id"]
    progress = await run_sync(desk.intake.progress, upload_id)
    if progress is None:
        raise HTTPException(404)
    if not progress.is_whole:
        try:
            await _receive(request, desk, upload_id)
        except OffsetError as error:
            return Response(status_code=409, headers={"Upload-Offset": str(error.n_received)})
        except LookupError:
            raise HTTPException(404) from None
        except ClientDisconnect:
            # What arrived is kept; nobody reads this answer.
            return Response(status_code=400)
        except TimeoutError:
            return Response(status_code=408, headers={"Connection": "close"})
    finished = await run_sync(desk.intake.finish, upload_id)
    if finished is None:
        raise HTTPException(404)
    desk.queue.wake()
    return _answer(desk, finished)


async def _receive(request: Request, desk: Desk, upload_id: str) -> None:
    given = request.headers.get("upload-offset", "")
    if not given.isdecimal() or len(given) > 15:
        raise HTTPException(400)
    appending = await run_sync(desk.intake.append_to, upload_id, int(given))
    try:
        async for block in _blocks(request):
            await run_sync(appending.write, block)
    finally:
        # Also when the app ends.
        with anyio.CancelScope(shield=True):
            await run_sync(appending.close)


async def _blocks(request: Request) -> AsyncIterator[bytearray]:
    """Bytes of a request in large blocks; those before a cut as well."""
    block, stream = bytearray(), request.stream()
    while True:
        try:
            with anyio.fail_after(SILENT_S):
                block += await anext(stream)
        except StopAsyncIteration:
            break
        except (ClientDisconnect, TimeoutError):
            yield block
            raise
        if len(block) >= BLOCK_BYTES:
            yield block
            block = bytearray()
    yield block


def _announced(content: bytes) -> tuple[int, str]:
    """Size and fingerprint that a page announces."""
    try:
        announced: Any = json.loads(content)
        size_bytes, fingerprint = announced["size_bytes"], announced["fingerprint"]
    except (ValueError, LookupError, TypeError, RecursionError):
        raise HTTPException(400) from None
    is_whole = isinstance(size_bytes, int) and not isinstance(size_bytes, bool)
    if not is_whole or not isinstance(fingerprint, str) or not FINGERPRINT.fullmatch(fingerprint):
        raise HTTPException(400)
    return size_bytes, fingerprint


def _headers(progress: Progress) -> dict[str, str]:
    return {
        "Upload-Offset": str(progress.n_received),
        "Upload-Length": str(progress.size_bytes),
    }


def _answer(desk: Desk, progress: Progress, *, status: int = 200) -> Response:
    content = {
        "id": progress.id,
        "offset": progress.n_received,
        "state": progress.state,
        "same_as": progress.same_as,
        "text": desk.words(f"app.uploads.{progress.state}"),
    }
    return JSONResponse(content, status_code=status, headers=_headers(progress))
