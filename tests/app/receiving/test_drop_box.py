"""Drop box: open for a while, for a few videos, to whoever knows the word; and which address it has."""

import time
from types import SimpleNamespace

import pytest

from kneescan.app.receiving import drop_box, rates
from kneescan.app.receiving.addresses import Address, is_own, lan_addresses, ordered
from kneescan.app.receiving.drop_box import MAX_GUESSES, MAX_VIDEOS, OPEN_S, DropBox, Why
from kneescan.app.receiving.rates import Rates
from tests.waiting import until


class Port:
    """Stands for a port; knows whether it is open."""

    port = 8418

    def __init__(self, ip):
        if ip == "203.0.113.1":
            raise OSError
        self.is_open = True

    def stop(self):
        self.is_open = False


@pytest.fixture
def box(monkeypatch):
    monkeypatch.setattr(drop_box, "_LOOK_S", 0.01)
    box = DropBox()
    box.serve_with(Port)
    yield box
    box.close()


@pytest.fixture
def clock(monkeypatch):
    """A clock that the test moves on."""
    now = SimpleNamespace(s=time.monotonic())
    fake = SimpleNamespace(monotonic=lambda: now.s, sleep=time.sleep)
    monkeypatch.setattr(drop_box, "time", fake)
    monkeypatch.setattr(rates, "time", fake)
    return now


def opened(box):
    box.open("127.0.0.1")
    return box.opened


def begin(box, name):
    assert box.reserve()
    box.release(name)


def when_closed(box):
    until(lambda: box.opened is None)
    return box.why


def test_the_address_says_where_to_go_and_ends_with_the_word(box):
    opening = opened(box)
    assert box.address() == f"http://127.0.0.1:8418/d/{opening.word}"
    assert box.admits(opening.word)
    assert not box.admits(opening.word[:-1])
    assert not box.admits("")


def test_a_new_opening_ends_the_one_before(box):
    first = opened(box)
    second = opened(box)
    assert not first.listening.is_open
    assert not box.admits(first.word)
    assert box.admits(second.word)
    assert second.n_guesses == 0, "an earlier word is no guess"


def test_when_its_time_is_over_the_port_closes(box, clock):
    opening = opened(box)
    clock.s += OPEN_S - 0.5
    assert box.admits(opening.word)
    clock.s += 1
    assert not box.admits(opening.word)
    assert when_closed(box) == Why.TIME
    assert not opening.listening.is_open


def test_what_was_begun_in_time_may_end_later_but_nothing_new_begins(box, clock):
    opening = opened(box)
    begin(box, "aaaaaaaaaa")
    clock.s += OPEN_S + 1
    box.touch()
    assert box.admits(opening.word)
    assert box.address() is None
    assert not box.reserve()
    box.note("aaaaaaaaaa", "taken", 1.0)
    assert when_closed(box) == Why.TIME


@pytest.mark.parametrize("passed_s", [drop_box.IDLE_S + 1, drop_box.LONGEST_S - OPEN_S])
def test_an_upload_that_stands_still_or_never_ends_keeps_nothing_open(box, clock, passed_s):
    opened(box)
    begin(box, "aaaaaaaaaa")
    clock.s += OPEN_S + 1
    box.touch()
    clock.s += passed_s
    assert when_closed(box) == Why.TIME


def test_it_takes_a_few_videos(box):
    opened(box)
    for number in range(MAX_VIDEOS):
        begin(box, f"aaaaaaaaa{number + 2}")
    assert not box.reserve()
    box.forget("aaaaaaaaa2")
    assert box.reserve()
    assert not box.reserve(), "a place that is reserved is not free"
    box.release(None)
    assert box.reserve()


def test_guessing_closes_it(box):
    opening = opened(box)
    for number in range(MAX_GUESSES):
        assert not box.admits(f"{number}")
    assert not box.admits(opening.word)
    assert when_closed(box) == Why.GUESSED


def test_it_closes_when_the_computer_leaves_the_network(box, monkeypatch):
    opening = opened(box)
    monkeypatch.setattr(drop_box, "is_own", lambda ip: False)
    assert when_closed(box) == Why.NETWORK
    assert not opening.listening.is_open


def test_a_port_that_cannot_be_opened_leaves_it_closed(box):
    with pytest.raises(OSError):  # noqa: PT011 (the system's own)
        box.open("203.0.113.1")
    assert box.opened is None
    assert not box.admits("")


def test_one_client_that_asks_too_often_does_not_stop_another(clock):
    counted = Rates()
    assert sum(counted.allows("192.168.1.66") for _ in range(1000)) == rates.PER_CLIENT
    assert counted.allows("192.168.1.20")
    clock.s += 1
    assert sum(counted.allows("192.168.1.66") for _ in range(1000)) == rates.PER_CLIENT_HZ


def test_many_clients_together_are_limited_too(clock):
    counted = Rates()
    allowed = sum(counted.allows(f"10.0.{n // 250}.{n % 250}") for n in range(1000))
    assert allowed == rates.MAX_CLIENTS


def test_the_wifi_of_a_home_comes_before_tunnels_and_virtual_computers():
    found = [
        Address(ip="172.17.0.1", interface="docker0"),
        Address(ip="10.8.0.2", interface="utun4"),
        Address(ip="169.254.7.7", interface="en5"),
        Address(ip="192.168.56.1", interface="VirtualBox Host-Only Network"),
        Address(ip="10.0.0.5", interface="Ethernet"),
        Address(ip="192.168.1.20", interface="Wi-Fi"),
    ]
    assert [each.interface for each in ordered(found)][:3] == ["Wi-Fi", "Ethernet", "en5"]


def test_the_addresses_are_those_of_this_computer():
    assert is_own("127.0.0.1")
    assert not is_own("203.0.113.1")
    for address in lan_addresses():
        assert is_own(address.ip)
        assert not address.ip.startswith("127.")
