"""Check the order of sessions: dates by time, numbers by size, words as given; unclear names are refused."""

import pytest

from kneescan.agreement import AgreementError
from kneescan.agreement.tables.session_order import in_order, natural


@pytest.mark.parametrize(
    "later_first",
    [
        ("05.01.2025", "20.11.2024"),
        ("05/01/2025", "20/11/2024"),
        ("5-1-2025", "20-11-2024"),
        ("05.01.25", "20.11.24"),
        ("2025-01-05", "2024-11-20"),
        ("2025/1/5", "2024/11/20"),
        ("05.01.2025", "2024-11-20"),
        ("2024-11-20T10:30:00", "2024-11-20T09:30:00"),
        ("2024-11-20 10:30", "2024-11-20 09:30"),
        ("20.11.2024 14:30", "20.11.2024 09:30"),
        ("2024-11-20T10:00Z", "2024-11-20T11:30+02:00"),
        ("10", "2"),
        ("10,5", "2"),
        ("9" * 299, "1"),
        ("20250105", "20241120"),
        ("45662", "45616"),
        ("week 10", "week 2"),
        ("2024 visit 10", "2024 visit 2"),
    ],
)
def test_the_earlier_or_smaller_one_is_first(later_first):
    assert in_order(later_first) == (list(reversed(later_first)), [])


@pytest.mark.parametrize("names", [("pre", "post", "late"), ("pre1", "post1"), ("²", "a")])
def test_words_keep_their_order(names):
    assert in_order(names) == (list(names), [])


def test_dates_with_the_month_first_only_if_said():
    names = ["02/01/2025", "01/12/2025"]
    day_first, notes = in_order(names)
    assert day_first == ["02/01/2025", "01/12/2025"]
    assert notes == [
        "dates are read day first (02/01/2025 is 2025-01-02); for month first, add --month-first"
    ]
    assert in_order(names, month_first=True) == (["01/12/2025", "02/01/2025"], [])
    with pytest.raises(AgreementError, match=r"'11/20/2024' is not a date; .* add --month-first"):
        in_order(["11/20/2024", "01/05/2025"])
    with pytest.raises(AgreementError, match=r"'20/11/2024' is not a date; .* omit --month-first"):
        in_order(["20/11/2024", "05/01/2025"], month_first=True)
    names = ["11/20/2024 12:15 PM", "11/20/2024 11:30 AM"]
    assert in_order(names, month_first=True)[0] == names[::-1]


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["1", "pre"], "'1' and 'pre' have no order"),
        (["2024-11-20", "1"], "'2024-11-20' and '1' have no order"),
        (["2024-11-20", "post"], "'2024-11-20' and 'post' have no order"),
        (["20.11", "05.01"], "no order"),
        (["20112024", "05012025"], "'20112024' and '05012025' have no order"),
        (["20112024", "5012025"], "no order"),
        (["11202024", "01052025"], "no order"),
        (["201124", "050125"], "no order"),
        (["201124", "50125"], "no order"),
        (["1", "1.0"], "'1' and '1.0' are the same"),
        (["2024-11-20", "20.11.2024"], "are the same"),
        (["31.02.2024", "01.03.2024"], "'31.02.2024' is not a date"),
        (["2024-13-01", "2024-01-01"], "'2024-13-01' is not a date"),
        (["0000-01-01", "2024-01-01"], "'0000-01-01' is not a date"),
        (["2024-01-01 25:00", "2024-01-01"], "'2024-01-01 25:00' is not a date"),
        (["0001-01-01 00:00+14:00", "2024-01-01"], "is not a date"),
        (["20 Nov 2024", "5 Jan 2025"], "contains a date that cannot be read"),
        (["20.11.2024 am", "05.01.2025 am"], "contains a date that cannot be read"),
        (["9" * 5000, "1"], "no order"),
    ],
)
def test_an_unclear_order_is_refused_with_the_remedy(names, words):
    with pytest.raises(AgreementError, match=words) as caught:
        in_order(names)
    assert "\n" not in str(caught.value)


def test_subjects_with_numbers_of_any_length_are_sorted_by_size():
    names = ["P10", "P2", "²", "P" + "9" * 5000, "3", "a²b"]
    assert sorted(names, key=natural) == ["3", "P2", "P10", "P" + "9" * 5000, "a²b", "²"]
