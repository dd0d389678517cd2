"""FHIR: bundles that the published model of FHIR takes, with the numbers of the results."""

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from fhir.resources.R4B.bundle import Bundle

from kneescan import analyze_pose
from kneescan.exchange import fhir_bundle
from kneescan.exchange.fhir import MEASURES, OWN_CODES, OWN_SUBJECTS, UCUM, VERDICTS
from kneescan.output.tables.files import analysis_json
from kneescan.squat.corrections import Corrections, Exclude
from tests.harness import calm_video

CODES = {"fppa_deg": "fppa", "knee_over_foot_pct": "knee-over-foot", "wobble_pct": "wobble"}
AT = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def analysis():
    return analyze_pose(calm_video())


@pytest.fixture(scope="module")
def record(analysis):
    return json.loads(analysis_json(analysis))


def observations(bundle):
    """Observations by their own code, or that of LOINC."""
    found = (entry["resource"] for entry in bundle["entry"])
    return {each["code"]["coding"][0]["code"]: each for each in found if "code" in each}


def test_the_published_model_takes_it_and_gives_it_back(record):
    bundle = fhir_bundle(record, subject="R17", held_at=AT, pain=3)
    parsed = Bundle.model_validate(bundle)
    given = json.dumps(bundle, sort_keys=True).replace("+00:00", "Z")
    assert json.dumps(json.loads(parsed.model_dump_json()), sort_keys=True) == given
    addresses = [entry["fullUrl"] for entry in bundle["entry"]]
    assert len(set(addresses)) == len(addresses)
    members = observations(bundle)["verdict"]["hasMember"]
    assert {each["reference"] for each in members} < set(addresses)


def test_a_day_without_a_time_is_no_more_than_that(record):
    bundle = fhir_bundle(record, held_at=date(2026, 11, 3))
    Bundle.model_validate(bundle)
    assert observations(bundle)["verdict"]["effectiveDateTime"] == "2026-11-03"


def test_numbers_are_those_of_the_results(record):
    [leg] = [leg for leg in record["legs"] if leg["repetitions"]]
    found = observations(fhir_bundle(record, held_at=AT, pain=0))
    for name, code in CODES.items():
        each = found[code]
        assert each["valueQuantity"]["value"] == leg[name]["value"]
        ends = [part["valueQuantity"]["value"] for part in each["component"]]
        assert ends == [leg[name]["low"], leg[name]["high"]]
        assert each["referenceRange"][0]["high"]["value"] == leg[name]["cut"]
        # Without a type, a range is the normal one.
        assert each["referenceRange"][0]["type"]["coding"][0]["code"] == "cut-off"
        assert each["bodySite"]["coding"][0]["code"] == f"knee-{leg['side']}"
        assert each["effectiveDateTime"] == "2026-11-03T09:30:00+00:00"
        assert each["status"] == "preliminary"
    assert found["72514-3"]["valueQuantity"]["value"] == 0
    assert found["72514-3"]["status"] == "final"
    assert [part["valueInteger"] for part in found["verdict"]["component"]] == [5, 5]


def test_what_was_not_measured_is_no_zero(record):
    leg = {
        **record["legs"][0],
        "wobble_pct": None,
        "fppa_deg": {"value": None, "low": None, "high": None, "cut": 10.0},
    }
    bundle = fhir_bundle({**record, "legs": [leg]})
    Bundle.model_validate(bundle)
    for code in ("wobble", "fppa"):
        each = observations(bundle)[code]
        assert each["dataAbsentReason"]["coding"][0]["code"] == "unknown"
        assert "valueQuantity" not in each
        assert "component" not in each


def test_corrected_results_are_final_and_nobody_is_named_unasked(record):
    squat = record["legs"][0]["repetitions"][0]
    corrected = analyze_pose(
        calm_video(), corrections=Corrections(items=(Exclude(at_s=squat["deepest_s"]),))
    )
    bundle = fhir_bundle(json.loads(analysis_json(corrected)))
    assert observations(bundle)["verdict"]["status"] == "final"
    assert observations(bundle)["verdict"]["component"][0]["valueInteger"] == 4
    assert "subject" not in json.dumps(bundle)


def test_checked_results_are_final_too(record):
    assert observations(fhir_bundle(record, is_checked=True))["fppa"]["status"] == "final"
    assert observations(fhir_bundle(record))["fppa"]["status"] == "preliminary"


def test_the_same_results_give_the_same_bundle_and_others_other_addresses(record):
    first, again, other = (fhir_bundle(record, subject=name) for name in ("R17", "R17", "R18"))
    assert first == again
    assert not {e["fullUrl"] for e in first["entry"]} & {e["fullUrl"] for e in other["entry"]}


def test_what_cannot_be_is_refused(record):
    with pytest.raises(ValueError, match="0 to 10"):
        fhir_bundle(record, pain=11)
    with pytest.raises(ValueError, match="time zone"):
        fhir_bundle(record, held_at=datetime(2026, 11, 3))


def test_every_code_is_explained(record):
    page = (Path(__file__).parents[2] / "docs" / "fhir.md").read_text(encoding="utf-8")
    corrected = {**record, "original": []}
    bundles = [
        fhir_bundle(
            {**of, "legs": [{**record["legs"][0], "verdict": verdict, "side": side}]}, pain=1
        )
        for of in (record, corrected)
        for verdict in VERDICTS
        for side in ("left", "right")
    ]
    found = set(codings(bundles))
    own = {code for system, code in found if system == OWN_CODES}
    rows = set(re.findall(r"^\| `([\w-]+)` \| own \|", page, flags=re.MULTILINE))
    assert own == rows
    assert "| `72514-3` | LOINC | `{score}` |" in page
    for system in (OWN_CODES, OWN_SUBJECTS, UCUM):
        assert f"`{system}`" in page
    for code, meaning, unit, _ in MEASURES.values():
        assert f"| `{code}` | own | `{unit}` | {meaning} |" in page


def codings(part):
    """Every coding in a part of a bundle."""
    if isinstance(part, list):
        for each in part:
            yield from codings(each)
    elif isinstance(part, dict):
        if "system" in part and "display" in part:
            yield part["system"], part["code"]
        for each in part.values():
            yield from codings(each)
