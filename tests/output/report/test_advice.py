import re

import pytest

from kneescan.output.report.advice import LADDER, Answers, Group, plan
from kneescan.output.words.sentences import catalogue, languages
from tests.output.reports import SCRIPTS, analysis

PLANNED = [name for name in SCRIPTS if name not in ("both feet", "standing")]
"""Videos with a squat on one leg."""
PAIN = Answers(pain=True)


def items(name, **answers):
    return plan(analysis(name), Answers(**answers))


def keys(name, *groups, **answers):
    return {item.key for item in items(name, **answers) if item.group in groups}


def advised(name, **answers):
    return keys(name, Group.DO, Group.OPTIONAL, Group.SOMEONE, Group.IDEA, **answers)


ALWAYS = {"idea", "recovery", "stretching", "physiotherapist"}


@pytest.mark.parametrize("answers", [Answers(), PAIN, Answers(pain=False, running=True)])
@pytest.mark.parametrize("name", PLANNED)
def test_every_item_is_in_every_plan_once(name, answers):
    found = [item.key for item in plan(analysis(name), answers)]
    assert sorted(found) == sorted(catalogue("en")["advice"]["items"])


@pytest.mark.parametrize("name", ["both feet", "standing"])
def test_without_a_squat_there_is_no_plan_even_with_pain(name):
    assert items(name, pain=True, running=True) == ()


def test_an_inward_knee_gets_strengthening():
    assert advised("inward left, fine right") == ALWAYS | {"gluteal", "quadriceps"}


def test_a_wobbling_knee_gets_balance_as_well():
    assert {"gluteal", "balance"} <= keys("wobble", Group.DO)


def test_a_video_that_cannot_be_judged_gets_a_better_video_and_no_exercise_for_its_verdict():
    assert advised("too few") == ALWAYS | {"video_again"}


def test_what_hangs_on_an_answer_is_folded_without_one():
    folded = keys("inward left, fine right", Group.ELSE)
    assert folded == {"video_again", "balance", "running_form", "insoles", "brace"}


@pytest.mark.parametrize("name", ["inward left, fine right", "too few", "touch-down"])
def test_pain_puts_the_physiotherapist_first_and_strengthening_after(name):
    order = [item.key for item in items(name, pain=True) if item.group is Group.DO]
    assert order[0] == "physiotherapist"
    assert {"gluteal", "quadriceps", "recovery"} <= set(order)
    assert {"brace", "insoles"} <= keys(name, Group.OPTIONAL, pain=True)
    assert {"brace", "insoles"} <= keys(name, Group.ELSE, pain=False)


def test_running_is_looked_at_in_runners():
    assert "running_form" in keys("too few", Group.DO, running=True)
    assert "running_form" in keys("too few", Group.ELSE, running=False)


def test_an_item_names_the_legs_it_is_for():
    by_key = {item.key: item for item in items("inward left, fine right")}
    assert by_key["gluteal"].sides == ("left",)
    assert by_key["recovery"].sides == ()


@pytest.mark.parametrize("name", PLANNED)
def test_glucosamine_is_never_recommended(name):
    assert keys(name, Group.ALSO, pain=True, running=True) == {"glucosamine"}


def test_the_items_come_in_the_order_of_the_plan():
    order = [list(Group).index(item.group) for item in items("wobble", pain=True)]
    assert order == sorted(order)


@pytest.mark.parametrize("language", languages())
def test_every_item_names_its_source_and_its_caution(language):
    for key, item in catalogue(language)["advice"]["items"].items():
        assert all(item[part] for part in ("title", "text", "source", "caution")), key


@pytest.mark.parametrize("language", languages())
def test_an_item_that_may_be_folded_says_when_it_fits(language):
    folded = {
        item.key
        for name in PLANNED
        for answers in (Answers(), PAIN)
        for item in plan(analysis(name), answers)
        if item.group is Group.ELSE
    }
    assert folded
    for key in folded:
        assert catalogue(language)["advice"]["items"][key]["when"], key


@pytest.mark.parametrize("language", languages())
def test_the_ladder_goes_up_with_sets_repetitions_effort_and_what_is_next(language):
    assert len(LADDER) == 7
    for key in LADDER:
        exercise = catalogue(language)["exercises"][key]
        assert exercise["sets"] == "3", key
        assert re.match(r"(8\D12|10\D15)\b", exercise["repetitions"]), key
        assert exercise["effort"], key
        assert exercise["next"], key
    assert [item.exercises for item in items("wobble") if item.key == "gluteal"] == [LADDER]
