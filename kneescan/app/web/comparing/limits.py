"""Limits: the minimal detectable changes of this computer's own videos, if there are enough of them."""

from kneescan.app.comparing.pairing import NO_LIMITS, Limits
from kneescan.app.validating.own_error import own_limits, told_from
from kneescan.app.web.desk import Desk


def own_limits_of(desk: Desk) -> Limits:
    """Own minimal detectable changes with where they come from; none if too few videos were repeated."""
    found = own_limits(desk.store, desk.folder)
    if not found:
        return NO_LIMITS
    mdc95 = {measure: limit.used for measure, limit in found.items()}
    return Limits(mdc95=mdc95, told_from=told_from(found, desk.words))
