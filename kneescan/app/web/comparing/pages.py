"""Pages: two sessions side by side, and the same comparison as files."""

import json
from collections.abc import Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

import kneescan
from kneescan.app.comparing.moments import pair_record
from kneescan.app.comparing.occasions import (
    Occasion,
    are_same,
    in_order,
    occasion_of,
    without_common,
)
from kneescan.app.comparing.pairing import LegPair, Wish, leg_pairs, shown_videos, whole
from kneescan.app.people.video_names import video_names
from kneescan.app.store.data_folder import is_id
from kneescan.app.store.in_place import looking
from kneescan.app.web.comparing.content import Compared, page_content
from kneescan.app.web.comparing.limits import own_limits_of
from kneescan.app.web.desk import Desk, desk_of, page_of
from kneescan.app.web.pages import REPORT_POLICY
from kneescan.compare.output.page import render_page
from kneescan.compare.output.records import comparison_json
from kneescan.landmarks import Side


def chosen(request: Request) -> Response:
    """Lead from a form with two sessions to their comparison."""
    names = [request.query_params.get(name, "") for name in ("first", "later")]
    if not all(map(is_id, names)):
        raise HTTPException(404)
    return RedirectResponse(f"{desk_of(request).keys.root}/compare/{'/'.join(names)}", 303)


def comparison(request: Request) -> Response:
    """Return the page of two sessions, or the one that says why they cannot be compared."""
    desk = desk_of(request)
    compared = _compared(request)
    problem = _problem(compared)
    if problem:
        page = page_of(
            desk,
            "compare_problem.html.j2",
            here="people",
            text=desk.words(f"app.compare.problem.{problem}"),
            details=list(compared.refused.values()),
            person_id=compared.occasions[0].person_id,
            person=compared.occasions[0].person,
        )
        page.status_code = 409
        return page
    return page_of(desk, "compare.html.j2", here="people", **page_content(desk, compared))


def moments_json(request: Request) -> Response:
    """Return what the players need of the chosen leg."""
    compared = _compared(request)
    pair = compared.chosen
    if pair is None or not pair.is_compared:
        raise HTTPException(404)
    content = json.dumps(pair_record(pair), separators=(",", ":"), allow_nan=False)
    return Response(content, media_type="application/json")


def compare_html(request: Request) -> Response:
    """Return the page that `kneescan compare` writes, with everything inside."""
    return _file(
        request,
        "compare.html",
        lambda desk, pairs: render_page(
            whole(pairs), version=kneescan.__version__, language=desk.words.language
        ),
    )


def compare_json(request: Request) -> Response:
    """Return the record that `kneescan compare` writes."""
    return _file(
        request,
        "compare.json",
        lambda _, pairs: comparison_json(whole(pairs), version=kneescan.__version__),
    )


def _file(request: Request, name: str, write: Callable[[Desk, list[LegPair]], str]) -> Response:
    compared = _compared(request)
    if not compared.pairs:
        raise HTTPException(404)
    first, later = compared.occasions
    headers = {
        "Content-Disposition": f'attachment; filename="{first.id}_{later.id}_{name}"',
        "Content-Security-Policy": REPORT_POLICY,
    }
    kind = "text/html; charset=utf-8" if name.endswith(".html") else "application/json"
    return Response(write(desk_of(request), compared.pairs), media_type=kind, headers=headers)


def _occasions(request: Request) -> tuple[Occasion, Occasion]:
    """Both sides of the address, the earlier one first."""
    desk = desk_of(request)
    with desk.store.reading() as session:
        one, other = (
            occasion_of(session, desk.folder, request.path_params[name])
            for name in ("one", "other")
        )
    if one is None or other is None:
        raise HTTPException(404)
    return in_order(one, other)


def _compared(request: Request) -> Compared:
    desk = desk_of(request)
    with looking():
        occasions = _occasions(request)
        ids = [video_id for occasion in occasions for video_id in occasion.videos]
        with desk.store.reading() as session:
            names = video_names(session, ids, desk.words)
        videos, refused = shown_videos(without_common(*occasions), desk.folder, names, desk.words)
    wish = _wish(request)
    return Compared(
        occasions=occasions,
        pairs=leg_pairs(videos, wish, own_limits_of(desk)),
        refused=refused,
        leg=wish.leg,
    )


def _wish(request: Request) -> Wish:
    """What was chosen on the page; what makes no sense is as if nothing was chosen."""
    asked = request.query_params
    leg = asked.get("leg")
    return Wish(
        leg=Side(leg) if leg in list(Side) else None,
        first=asked.get("first"),
        later=asked.get("later"),
    )


def _problem(compared: Compared) -> str:
    """Why there is nothing to compare, as a key of the texts; empty if there is."""
    if are_same(*compared.occasions):
        return "same"
    if not all(occasion.videos for occasion in compared.occasions):
        return "not_measured"
    return "" if compared.pairs else "no_squats"
