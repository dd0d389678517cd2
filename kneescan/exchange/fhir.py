"""FHIR: results as a bundle of Observations (HL7 FHIR R4) for the record of a clinic.

LOINC has a code for pain, and none for what is measured here; those codes are kneescan's own and are
explained in the documentation. Units are UCUM's.
"""

import json
import os
import uuid
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from kneescan.errors import OutputError
from kneescan.files import read_regular
from kneescan.output.privacy.name_record import name_of

Resource = dict[str, Any]

MAX_FILE_BYTES = 1 << 26
"""A hundred times what kneescan writes."""
RESULTS_REMEDY = "give the folder with the results of kneescan analyze"
OWN_CODES = "urn:uuid:5b0f3a52-6c1e-4d0a-9d58-3f6d1c6a7e10"
"""System of kneescan's own codes."""
OWN_SUBJECTS = "urn:uuid:0d7b2c1e-97f4-4a5e-8a53-1f0d2b9c4e21"
"""System of code names: they mean something only where they were given."""
LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
PAIN = {
    "system": LOINC,
    "code": "72514-3",
    "display": "Pain severity - 0-10 verbal numeric rating [Score] - Reported",
}
MEASURES = {
    "fppa_deg": ("fppa", "Frontal plane projection angle of the knee, in the picture", "deg", "°"),
    "fppa_frontal_deg": (
        "fppa-frontal",
        "Frontal plane projection angle, as seen from straight ahead",
        "deg",
        "°",
    ),
    "knee_over_foot_pct": (
        "knee-over-foot",
        "Knee inside the front of the foot, share of shank length",
        "%",
        "%",
    ),
    "wobble_pct": ("wobble", "Side-to-side shaking of the knee, share of shank length", "%", "%"),
}
"""Code, meaning, UCUM code and printed unit of each measure of a leg."""
VERDICTS = {
    "suggested": "A focus on the gluteal muscles is suggested",
    "no_sign": "No sign",
    "cannot_tell": "Can't tell",
}
CUT_OFF = "provisional cut-off of kneescan, for adults; not a normal range"
METHOD = "2D video without markers, at the deepest point of single-leg squats, mean of the squats that count"


def fhir_bundle(
    record: Mapping[str, Any],
    *,
    subject: str | None = None,
    held_at: date | None = None,
    pain: int | None = None,
    is_checked: bool = False,
) -> Resource:
    """Results as a bundle of FHIR Observations: verdict and measures of each leg, and pain if it was asked.

    Parameters
    ----------
    record : mapping
        Content of ``analysis.json``.
    subject : str, optional
        Code name of the person; nothing else about the person is written.
    held_at : date or datetime, optional
        When the video was recorded: a moment with a time zone, or the day where no more is known.
    pain : int, optional
        Pain, 0 to 10, as the person said.
    is_checked : bool, optional
        Whether somebody has looked at the video and found these results right.

    Returns
    -------
    dict
        Bundle of the type ``collection``, ready for `json.dumps`. The Observations are ``final`` if somebody
        has checked or corrected the results, and ``preliminary`` otherwise: nobody may have looked at them.
        What was not measured has the reason ``unknown`` and no value. Positive: the knee is medial.

    Raises
    ------
    ValueError
        If the pain is not between 0 and 10, or the time has no time zone.

    References
    ----------
    HL7 FHIR R4 (4.0.1), Observation; https://hl7.org/fhir/R4/observation.html
    """
    if pain is not None and not 0 <= pain <= 10:
        msg = f"pain goes from 0 to 10, not {pain}"
        raise ValueError(msg)
    if isinstance(held_at, datetime) and held_at.tzinfo is None:
        msg = "the time of the video needs a time zone"
        raise ValueError(msg)
    is_final = is_checked or _is_corrected(record)
    about: Resource = {"status": "final" if is_final else "preliminary"}
    if subject:
        about["subject"] = {"identifier": {"system": OWN_SUBJECTS, "value": subject}}
    if held_at is not None:
        about["effectiveDateTime"] = _moment(held_at)
    key = sha256(json.dumps([record, about, pain], sort_keys=True).encode()).hexdigest()
    entries = dict(_entries(record, about, key, pain))
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"fullUrl": url, "resource": resource} for url, resource in entries.items()],
    }


def fhir_of_results(file: str | os.PathLike[str]) -> str:
    """Bundle of an ``analysis.json`` as text, with the name and the date that stand in it.

    Raises
    ------
    OutputError
        If it cannot be read, or is something else.
    """
    try:
        record = json.loads(read_regular(file, max_bytes=MAX_FILE_BYTES))
        about = record["provenance"]
        recorded = about.get("video", {}).get("recorded")
        moment = datetime.fromisoformat(recorded) if recorded else None
        if moment is not None and moment.tzinfo is None:
            moment = None
        bundle = fhir_bundle(record, subject=name_of(about) or None, held_at=moment)
        return json.dumps(bundle, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    except OSError as error:
        msg = f"{file}: {error.strerror or error}; {RESULTS_REMEDY}"
        raise OutputError(msg) from error
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        msg = f"{file}: not the analysis.json of a video; {RESULTS_REMEDY}"
        raise OutputError(msg) from error


def _entries(
    record: Mapping[str, Any], about: Resource, key: str, pain: int | None
) -> Iterator[tuple[str, Resource]]:
    """Every resource with its address within the bundle."""

    def url(name: str) -> str:
        return uuid.uuid5(uuid.UUID(OWN_CODES.removeprefix("urn:uuid:")), f"{key} {name}").urn

    device = url("device")
    yield device, _device(record.get("provenance", {}))
    for leg in record["legs"]:
        if not leg["repetitions"]:
            continue
        side = leg["side"]
        measured = {**about, "device": {"reference": device}, "bodySite": _knee(side)}
        members = [url(f"{side} {name}") for name in MEASURES]
        for member, name in zip(members, MEASURES, strict=True):
            yield member, _measure(name, leg.get(name), measured)
        yield url(f"{side} verdict"), _verdict(leg, measured, members)
    if pain is not None:
        yield url("pain"), _pain(pain, about)


def _device(provenance: Mapping[str, Any]) -> Resource:
    device: Resource = {
        "resourceType": "Device",
        "deviceName": [{"name": "kneescan", "type": "user-friendly-name"}],
        "type": {"text": "Software that measures single-leg squats on video; not a medical device"},
    }
    if version := provenance.get("kneescan"):
        device["version"] = [{"value": str(version)}]
    return device


def _observation(code: Resource, about: Resource, category: str) -> Resource:
    return {
        "resourceType": "Observation",
        **about,
        "category": [{"coding": [{"system": CATEGORY, "code": category}]}],
        "code": code,
    }


def _measure(name: str, estimate: Mapping[str, Any] | None, about: Resource) -> Resource:
    """Mean of a leg with its interval and cut-off."""
    code, meaning, unit, printed = MEASURES[name]
    observation = _observation(_own(code, meaning), about, "exam")
    observation["method"] = {"text": METHOD}
    if estimate is None or estimate.get("value") is None:
        observation["dataAbsentReason"] = {"coding": [{"system": ABSENT, "code": "unknown"}]}
        return observation

    def quantity(value: float) -> Resource:
        return {"value": value, "unit": printed, "system": UCUM, "code": unit}

    observation["valueQuantity"] = quantity(estimate["value"])
    ends = [(end, value) for end in ("low", "high") if (value := estimate.get(end)) is not None]
    if ends:
        observation["component"] = [
            {
                "code": _own(f"interval-80-{end}", f"{end} end of the 80% interval"),
                "valueQuantity": quantity(value),
            }
            for end, value in ends
        ]
    if estimate.get("cut") is not None:
        # A range without a type would be read as the normal one.
        observation["referenceRange"] = [
            {"high": quantity(estimate["cut"]), "type": _own("cut-off", CUT_OFF), "text": CUT_OFF}
        ]
    return observation


def _verdict(leg: Mapping[str, Any], about: Resource, members: list[str]) -> Resource:
    verdict, squats = str(leg["verdict"]), leg["repetitions"]
    observation = _observation(
        _own("verdict", "Verdict on the leg; not a diagnosis"), about, "exam"
    )
    observation["valueCodeableConcept"] = _own(
        f"verdict-{verdict.replace('_', '-')}", VERDICTS[verdict]
    )
    observation["note"] = [{"text": reason["sentence"]} for reason in leg["reasons"]]
    if not observation["note"]:
        del observation["note"]
    observation["hasMember"] = [{"reference": member} for member in members]
    counted = sum(bool(squat["valid"]) for squat in squats)
    observation["component"] = [
        {"code": _own("squats-counted", "Squats that count"), "valueInteger": counted},
        {"code": _own("squats", "All squats on this leg"), "valueInteger": len(squats)},
    ]
    return observation


def _pain(pain: int, about: Resource) -> Resource:
    observation = _observation({"coding": [PAIN], "text": "Pain, 0 to 10"}, about, "survey")
    # Said by the person, and so not preliminary.
    observation["status"] = "final"
    quantity = {"value": pain, "unit": "{score}", "system": UCUM, "code": "{score}"}
    return {**observation, "valueQuantity": quantity}


def _own(code: str, meaning: str) -> Resource:
    return {"coding": [{"system": OWN_CODES, "code": code, "display": meaning}], "text": meaning}


def _knee(side: str) -> Resource:
    return _own(f"knee-{side}", f"{side.capitalize()} knee")


def _moment(held_at: date) -> str:
    if isinstance(held_at, datetime):
        return held_at.isoformat(timespec="seconds")
    return held_at.isoformat()


def _is_corrected(record: Mapping[str, Any]) -> bool:
    return "original" in record
