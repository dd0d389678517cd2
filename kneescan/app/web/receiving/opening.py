"""Opening: let videos come from elsewhere than the page, as long as the app runs."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from kneescan.app.receiving.addresses import is_own, lan_addresses
from kneescan.app.receiving.drop_box import DropBox
from kneescan.app.receiving.watching import FolderError
from kneescan.app.web.desk import Desk
from kneescan.app.web.receiving.listener import Listener
from kneescan.app.web.receiving.phone import phone_application
from kneescan.errors import OutputError

ANY_ADDRESS = "any"


def drop_box_on(lan: str | None) -> DropBox | None:
    """Drop box on an address of this computer, on ``any``, or None if phones are never let in.

    Raises
    ------
    OutputError
        If this computer does not have the address.
    """
    if lan is None or lan == ANY_ADDRESS:
        return DropBox() if lan else None
    if not is_own(lan):
        has = ", ".join(address.ip for address in lan_addresses())
        msg = (
            f"this computer does not have the address {lan}; it has: "
            f"{has or 'none that phones can reach'}"
        )
        code = "lan_address" if has else "lan_no_address"
        raise OutputError(msg, code=code, address=lan, has=has)
    return DropBox(fixed_ip=lan)


@contextmanager
def receiving(desk: Desk, *, watched: Path | None) -> Iterator[None]:
    """Within this context, phones can be let in, and a folder is watched.

    Raises
    ------
    OutputError
        If the folder that is to be watched from now on cannot be.
    """
    with ExitStack() as stack:
        if desk.looker is not None:
            stack.callback(desk.looker.stop)
        if (drop_box := desk.drop_box) is not None:
            app = phone_application(desk, drop_box)
            drop_box.serve_with(lambda ip: Listener(app, ip))
            stack.callback(drop_box.close)
        if (watcher := desk.watcher) is not None:
            if watched is not None:
                try:
                    watcher.watch(str(watched))
                except FolderError:
                    msg = f"{watched}: cannot be watched; give another folder with --watch"
                    raise OutputError(msg, code="not_watched", path=watched) from None
            watcher.start()
            stack.callback(watcher.stop)
        yield
