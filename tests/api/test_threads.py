"""Work off the event loop."""

import asyncio
import threading

import pytest

from app.api.threads import apart


def test_it_is_done_in_another_thread() -> None:
    assert asyncio.run(apart(threading.get_ident)) != threading.get_ident()


def test_off_the_loop_it_is_done_at_once() -> None:
    with pytest.raises(StopIteration) as done:
        apart(threading.get_ident).send(None)
    assert done.value.value == threading.get_ident()


def test_an_error_comes_to_who_asked() -> None:
    with pytest.raises(ZeroDivisionError):
        asyncio.run(apart(divmod, 1, 0))
