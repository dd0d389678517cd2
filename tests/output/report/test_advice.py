import pytest

from kneescan.output.report.advice import Answers, Group, plan
from kneescan.output.words.sentences import catalogue, languages
from tests.output.reports import analysis


def keys(name, **answers):
    return {item.key for item in plan(analysis(name), Answers(**answers))}


ALWAYS = {"idea", "recovery", "stretching", "physiotherapist", "glucosamine"}


def test_an_inward_knee_gets_strengthening():
    expected = ALWAYS | {"gluteal", "quadriceps", "insoles"}
    assert keys("inward left, fine right") == expected


def test_a_wobbling_knee_gets_balance_as_well():
    assert {"gluteal", "balance"} <= keys("wobble")


def test_a_video_that_cannot_be_judged_gets_a_better_video_and_no_exercise_for_its_verdict():
    assert keys("too few") == ALWAYS | {"video_again"}


def test_nothing_that_hangs_on_an_answer_is_shown_without_one():
    assert not {"brace", "running_form"} & keys("inward left, fine right")


@pytest.mark.parametrize("name", ["inward left, fine right", "too few"])
def test_pain_brings_what_helps_with_pain(name):
    assert {"brace", "insoles", "quadriceps"} <= keys(name, pain=True)
    assert "brace" not in keys(name, pain=False)


def test_running_is_looked_at_in_runners():
    assert "running_form" in keys("too few", running=True)
    assert "running_form" not in keys("too few", running=False)


def test_an_item_names_the_legs_it_is_for():
    by_key = {item.key: item for item in plan(analysis("inward left, fine right"))}
    assert by_key["gluteal"].sides == ("left",)
    assert by_key["recovery"].sides == ()


def test_glucosamine_is_never_recommended():
    items = plan(analysis("inward left, fine right"), Answers(pain=True, running=True))
    assert [item.group for item in items if item.key == "glucosamine"] == [Group.ALSO]


def test_the_items_come_in_the_order_of_the_plan():
    items = plan(analysis("wobble"), Answers(pain=True, running=True))
    order = [list(Group).index(item.group) for item in items]
    assert order == sorted(order)


@pytest.mark.parametrize("language", languages())
def test_every_item_names_its_source_and_its_caution(language):
    items = catalogue(language)["advice"]["items"]
    for key, item in items.items():
        assert item["title"], key
        assert item["text"], key
        assert item["source"], key
        assert item["caution"], key
    chosen = {
        item.key
        for name in ("inward and wobble", "too few")
        for item in plan(analysis(name), Answers(pain=True, running=True))
    }
    assert chosen == set(items)
