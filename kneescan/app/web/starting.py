"""Starting: a link that works once lets a browser in, and a cookie keeps it in.

Other people who use the same computer can open its addresses too; without the link they see nothing.
"""

import secrets
import threading
import time

LINK_S = 60.0
"""How long a link can be used. [s]"""


class Keys:
    """Links and the cookie of one run of the app; they are kept in memory only.

    Parameters
    ----------
    port : int
        Of the page. Cookies do not tell ports apart, so the port is part of the cookie's name.
    root : str
        Path with which all addresses but that of the link begin. The browser sends the cookie only there, and
        so not to programs on other ports, which do not know the path.
    """

    def __init__(self, port: int, root: str) -> None:
        self.root = root
        self.cookie_name = f"kneescan-{port}"
        self._cookie = secrets.token_urlsafe(32)
        self._until_s: dict[str, float] = {}
        self._lock = threading.Lock()

    def new_secret(self) -> str:
        """Secret for one link."""
        secret = secrets.token_urlsafe(32)
        with self._lock:
            self._until_s[secret] = time.monotonic() + LINK_S
        return secret

    def cookie_for(self, secret: str) -> str | None:
        """Return the cookie in exchange for the secret of a link, once and in time; None otherwise."""
        with self._lock:
            until_s = self._until_s.pop(secret, None)
        return self._cookie if until_s is not None and time.monotonic() <= until_s else None

    def is_cookie(self, value: str | None) -> bool:
        """Whether this is the cookie."""
        return value is not None and secrets.compare_digest(value.encode(), self._cookie.encode())
