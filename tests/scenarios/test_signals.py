from __future__ import annotations

import signal

import pytest

from ipcviz.scenarios import signals


@pytest.mark.parametrize("text", ["USR1", "SIGUSR1", "usr1", str(signal.SIGUSR1.value)])
def test_a_signal_is_known_by_every_way_to_write_it(text: str) -> None:
    assert signals.number(text) == signal.SIGUSR1


def test_every_number_has_a_name_that_leads_back() -> None:
    for number in signal.valid_signals():
        assert signals.number(signals.name(number)) == number


def test_real_time_signals_are_named_from_the_first_on() -> None:
    assert signals.name(signal.SIGRTMIN) == "SIGRTMIN"
    assert signals.name(signal.SIGRTMIN + 3) == "SIGRTMIN+3"
    assert signals.number("RTMIN+3") == signal.SIGRTMIN + 3
    assert signals.number("SIGRTMAX-1") == signal.SIGRTMAX - 1


@pytest.mark.parametrize("text", ["", "0", "65", "-1", "99999999999", "RTMIN+99", "RTMAX+1", "+1"])
def test_what_is_no_signal_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="there is no signal"):
        signals.number(text)


def test_the_nearest_signal_is_suggested() -> None:
    with pytest.raises(ValueError, match=r'no signal "SIGUSR3"; did you mean "USR\d"\?'):
        signals.number("SIGUSR3")
