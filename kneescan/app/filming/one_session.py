"""One session: the parts of the live view, with a page in place of camera, window and voice."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kneescan.app.filming.messages import Lost, MessageError, Order, read_picture, read_wish
from kneescan.app.filming.page_camera import PageCamera, PicturesEndedError
from kneescan.app.filming.page_screen import PageScreen, PageShow, PageVoice, Send
from kneescan.errors import OutputError
from kneescan.live.camera.tracking import Tracker, TrackerLostError
from kneescan.live.recording import Recorded, Recording
from kneescan.live.session.counting import Counts
from kneescan.live.session.phases import Session
from kneescan.live.voice.announcements import Calls
from kneescan.output.words.language import Words
from kneescan.squat.settings import DEFAULTS

VIDEO = "video.mp4"
UNTRACKED = "untracked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a session ended."""

    why: str
    """``complete``, ``stopped``, ``nothing`` (nothing was counted), ``untracked`` (the landmarks were
    lost), ``not_written``, or a `Lost`."""
    counts: Counts
    video: Path | None
    """What was recorded; None if it is not worth keeping."""
    n_pictures: int = 0
    """Pictures since filming began."""
    n_missing: int = 0
    """Pictures since then that the camera gave, but that did not arrive."""

    @property
    def is_cut_short(self) -> bool:
        """Whether it ended otherwise than the person wanted."""
        return self.why not in ("complete", "stopped")


class OneSession:
    """From the first picture of a page to the recorded video.

    Parameters
    ----------
    order : Order
        What the page wants.
    words : Words
        Sentences in a language.
    folder : Path
        For the recording.
    send : callable
        Sends a message to the page; called by several threads.
    make_tracker : callable
        Creates the tracker of the live view.
    """

    def __init__(
        self,
        order: Order,
        words: Words,
        folder: Path,
        send: Send,
        make_tracker: Callable[[], Tracker],
    ) -> None:
        self._order, self._words, self._folder, self._send = order, words, folder, send
        self._make_tracker = make_tracker
        self._camera = PageCamera(lambda number: send({"type": "got", "n": number}))
        self._screen = PageScreen(send, DEFAULTS, is_practice=order.purpose == "practice")
        self._session: Session | None = None

    def arrive(self, message: Mapping[str, Any]) -> None:
        """Take a message of the page as the server got it: a picture, or a wish.

        Raises
        ------
        MessageError
            If a page of the app does not send such a message.
        """
        content, text = message.get("bytes"), message.get("text")
        if content is not None:
            self._camera.arrive(read_picture(content))
        elif text is not None:
            wish = read_wish(text)
            if isinstance(wish, Lost):
                self.lose(wish)
            else:
                self._screen.press(wish)
        else:
            msg = "an empty message"
            raise MessageError(msg)

    def lose(self, why: Lost) -> None:
        """Say that there will be no more pictures; what was filmed is kept."""
        self._camera.lose(why)

    def run(self) -> Ended:
        """Film until all is done or the pictures end."""
        try:
            self._camera.wait()
            recorded = self._film()
        except PicturesEndedError as error:
            return Ended(why=error.why, counts=Counts(), video=None)
        except TrackerLostError:
            return Ended(why=UNTRACKED, counts=Counts(), video=None)
        except OutputError:
            return Ended(why="not_written", counts=Counts(), video=None)
        return self._ended(recorded)

    def _film(self) -> Recorded:
        order, words = self._order, self._words
        session = Session(
            self._camera.size_px,
            leg=order.leg,
            first=order.first,
            n_squats=order.n_squats,
            countdown_s=order.countdown_s,
        )
        self._session = session
        show = PageShow(self._screen, words, is_mirrored=order.is_mirrored)
        calls = Calls(PageVoice(self._send, words), words)
        video = self._folder / VIDEO if order.purpose == "record" else None
        return Recording(self._camera, session, show, calls, video, self._make_tracker).run()

    def _ended(self, recorded: Recorded) -> Ended:
        counts, lost = recorded.counts, self._camera.lost
        if recorded.trouble is not None:
            why: str = UNTRACKED if recorded.is_tracker_lost else lost or "not_written"
        else:
            why = "complete" if self._session and self._session.is_complete else "stopped"
        # Somebody who closed the page does not ask for a verdict on squats that do not count.
        has_squats = counts.total > 0 or (counts.left_out and lost is not Lost.CLOSED)
        if not has_squats:
            why = why if recorded.trouble is not None else "nothing"
            if recorded.video is not None:
                recorded.video.unlink(missing_ok=True)
        return Ended(
            why=why,
            counts=counts,
            video=recorded.video if has_squats else None,
            n_pictures=self._camera.n_read,
            n_missing=self._camera.n_missing,
        )
