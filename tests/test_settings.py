"""Settings: each wrong one is named with what was given and what is allowed, in one line, by whoever starts."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.settings import SettingsError, read_settings
from tests.support import ROOT


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.upper().startswith("SJR_"):
            monkeypatch.delenv(name)


def refusal(monkeypatch: pytest.MonkeyPatch, **given: str) -> str:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as refused:
        read_settings()
    (line,) = str(refused.value).splitlines()
    return line.removeprefix("a setting is wrong: ")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SJR_PORT", "eighty", "should be a whole number"),
        ("SJR_PORT", "99999", "should be less than or equal to 65535"),
        ("SJR_CACHE", "-1", "should be greater than or equal to 0"),
        ("SJR_GRACE", "0", "should be greater than or equal to 1"),
        ("SJR_ACCESS_LOG", "perhaps", "should be true or false"),
        ("SJR_LOG_FORMAT", "xml", "should be 'console' or 'json'"),
        ("SJR_LOG_LEVEL", "loud", "should be 'debug', 'info', 'warning' or 'error'"),
        ("SJR_BASE_URL", "example.org", "should be http:// or https:// and a host, perhaps a port, and no path"),
        ("SJR_BASE_URL", "https://a.b/c", "should be http:// or https:// and a host, perhaps a port, and no path"),
        ("SJR_PROXIES", "10.0.0", "should be IP addresses or networks (10.0.0.0/8) with commas between, or *"),
    ],
)
def test_a_wrong_value_is_named(name: str, value: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert refusal(monkeypatch, **{name: value}) == f"{name}={value}: {said}"


def test_everything_wrong_is_in_the_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    said = refusal(monkeypatch, SJR_PORT="x", SJR_CACHE="y", SJR_HOTS="z")
    assert all(name in said for name in ("SJR_PORT=x: ", "SJR_CACHE=y: ", "SJR_HOTS is no setting"))


def test_a_variable_that_is_none_is_named_with_what_was_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refusal(monkeypatch, SJR_ACCESSLOG="1") == "SJR_ACCESSLOG is no setting; did you mean SJR_ACCESS_LOG?"


def test_one_that_is_like_none_gets_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refusal(monkeypatch, SJR_XYZZY="1").startswith("SJR_XYZZY is no setting; there are SJR_ACCESS_LOG, ")


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SJR_PORT", "")
    monkeypatch.setenv("SJR_BASE_URL", "")
    assert (read_settings().port, read_settings().base_url) == (8000, None)


def test_the_base_address_has_no_slash_at_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SJR_BASE_URL", "https://[2001:db8::1]:8443/")
    assert read_settings().base_url == "https://[2001:db8::1]:8443"


@pytest.mark.parametrize("given", [{"SJR_PORTS": "1"}, {"SJR_CACHE": "much"}, {"SJR_STORE": "/nowhere"}])
@pytest.mark.parametrize(
    "command",
    [
        ["-m", "app.cli", "serve", "--no-build"],
        ["-m", "uvicorn", "--factory", "app.api.application:from_settings", "--port", "0"],
    ],
    ids=["sjr", "uvicorn"],
)
def test_no_server_starts_on_wrong_settings(given: dict[str, str], command: list[str], tmp_path: Path) -> None:
    environment = {**os.environ, "SJR_STORE": str(tmp_path), **given}
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("sjr: ")
    assert next(iter(given)) in line or "run `sjr build` first" in line
