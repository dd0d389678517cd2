"""Code names: visible, short, and alike only if they look alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kneescan.app.people.code_names import CodeNameError, checked, key

WOMAN_RUNNING = "\U0001f3c3\u200d\u2640\ufe0f"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("  R12 \n", "R12"),
        ("blue \u00a0\u3000 shoe", "blue shoe"),
        ("u\u0308ber", "\u00fcber"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        (WOMAN_RUNNING, WOMAN_RUNNING),
        ("x" * 40, "x" * 40),
    ],
)
def test_what_is_kept(text, code):
    assert checked(text) == code


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        (" \t\u00a0\u2003\n", "empty"),
        ("x" * 41, "too_long"),
        ("x" * 10_240, "too_long"),
        ("a\u202eb", "not_visible"),
        ("a\x00b", "not_visible"),
        ("a\u200bb", "not_visible"),
        ("\ufeffa", "not_visible"),
        ("\u200d", "not_visible"),
        ("\u3164", "not_visible"),
        ("\u0301a", "not_visible"),
        ("\ud800", "not_visible"),
    ],
)
def test_what_is_refused(text, why):
    with pytest.raises(CodeNameError) as refused:
        checked(text)
    assert refused.value.why == why


@pytest.mark.parametrize(
    ("one", "other"),
    [("R12", "r12"), ("Stra\u00dfe", "STRASSE"), ("R12", "\uff3212"), ("a\u200db", "ab")],
)
def test_names_that_would_be_confused_are_the_same(one, other):
    assert key(checked(one)) == key(checked(other))


@given(st.text(max_size=60))
def test_a_kept_name_is_kept_as_it_is(text):
    try:
        code = checked(text)
    except CodeNameError:
        return
    assert checked(code) == code
    assert key(key(code)) == key(code)
    code.encode()
