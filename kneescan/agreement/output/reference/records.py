"""Convert a comparison with a reference to plain rows, for CSV, Parquet and JSON."""

import json
import math
from typing import Any

from kneescan.agreement.measure_names import unit_of
from kneescan.agreement.output.records import Row, ends, number
from kneescan.agreement.reference.study import Comparison, ReferenceStudy
from kneescan.agreement.statistics.bland_altman import BlandAltman
from kneescan.agreement.statistics.methods import mean_absolute_error, root_mean_square_error
from kneescan.agreement.statistics.reliability import CONFIDENCE

FORMAT = "kneescan-reference-1"


def comparison_rows(study: ReferenceStudy) -> list[Row]:
    """Two rows per measure: for the means of legs, and for single squats if there are any."""
    rows = []
    for of in study.comparisons:
        rows.append(_of_legs(of))
        if of.by_squat.own.size:
            rows.append(_of_squats(of))
    return rows


def pair_rows(study: ReferenceStudy) -> list[Row]:
    """One row per squat (or leg) and measure: both values and their difference."""
    return [
        {
            "row": pair.row,
            "subject": pair.subject,
            "video": pair.video,
            "leg": str(pair.leg),
            "repetition": pair.repetition,
            "measure": of.measure,
            "kneescan": number(pair.own[of.measure]),
            "reference": number(pair.reference[of.measure]),
            "difference": number(pair.own[of.measure] - pair.reference[of.measure]),
        }
        for of in study.comparisons
        for pair in study.pairs
    ]


def unmatched_rows(study: ReferenceStudy) -> list[Row]:
    """Rows of the reference, and squats of kneescan, without counterpart, with the reason."""
    return [
        {
            "source": one.source,
            "row": one.row,
            "video": one.video,
            "leg": str(one.leg) if one.leg else None,
            "repetition": one.repetition,
            "reason": one.reason,
        }
        for one in study.unmatched
    ]


def reference_json(study: ReferenceStudy, *, version: str) -> str:
    """Comparison as JSON text."""
    content: dict[str, Any] = {
        "format": FORMAT,
        "kneescan": version,
        "reference": study.reference,
        "difference": "kneescan minus reference",
        "confidence": CONFIDENCE,
        "comparisons": comparison_rows(study),
        "pairs": pair_rows(study),
        "unmatched": unmatched_rows(study),
        "remarks": {of.measure: of.remark for of in study.comparisons if of.remark},
        "warnings": list(study.warnings),
    }
    return json.dumps(content, indent=2, allow_nan=False, ensure_ascii=False) + "\n"


def _of_legs(of: Comparison) -> Row:
    difference = of.by_leg.difference
    return {
        **_about(of, "leg", of.by_leg.own.size, difference),
        **_limits(of.of_legs),
        "sd_between": None,
        "sd_within": None,
        **ends("slope", of.slope),
        **ends("icc_a_1", of.icc_a_1),
        **ends("icc_c_1", of.icc_c_1),
        "correlation": None,
    }


def _of_squats(of: Comparison) -> Row:
    found = of.of_squats
    return {
        **_about(of, "squat", of.by_squat.own.size, of.by_squat.difference),
        **_limits(found.agreement if found else None),
        "sd_between": number(found.sd_between) if found else None,
        "sd_within": number(found.sd_within) if found else None,
        **dict.fromkeys(f"slope{end}" for end in ("", "_low", "_high")),
        **dict.fromkeys(
            f"{icc}{end}" for icc in ("icc_a_1", "icc_c_1") for end in ("", "_low", "_high")
        ),
        "correlation": number(of.correlation),
    }


def _about(of: Comparison, unit_of_analysis: str, n: int, difference: Any) -> Row:
    return {
        "measure": of.measure,
        "unit": unit_of(of.measure),
        "per": unit_of_analysis,
        "n": int(n),
        "n_people": of.n_people,
        "mean_difference": number(float(difference.mean())),
        "mean_absolute_error": number(mean_absolute_error(difference)),
        "root_mean_square_error": number(root_mean_square_error(difference)),
    }


def _limits(found: BlandAltman | None) -> Row:
    if found is None:
        names = ("bias", "lower_limit", "upper_limit")
        empty = dict.fromkeys(f"{name}{end}" for name in names for end in ("", "_low", "_high"))
        return {**empty, "sd": None}
    return {
        **ends("bias", found.bias),
        **ends("lower_limit", found.lower),
        **ends("upper_limit", found.upper),
        "sd": number(found.sd) if math.isfinite(found.sd) else None,
    }
