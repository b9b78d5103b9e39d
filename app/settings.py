"""Settings, each from the environment with the prefix SJR_."""

import os
import re
from difflib import get_close_matches
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field, ValidationError

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "SJR_"
SAID = {  # where the validator speaks of parsing
    "int_parsing": "should be a whole number",
    "float_parsing": "should be a number",
    "bool_parsing": "should be true or false",
}


class SettingsError(Exception):
    """The environment does not hold; the message names each variable, what was given and what is allowed."""


def _origin(address: str) -> str:
    """An address without a path, since the links within answers begin at the root of a host."""
    if not re.fullmatch(r"https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]+)?/?", address):
        raise ValueError("should be http:// or https:// and a host, perhaps a port, and no path")
    return address.rstrip("/")


def _proxies(addresses: str) -> str:
    """Addresses and networks, so that a misspelt one is not silently believed by nobody."""
    for address in addresses.split(",") if addresses.strip() != "*" else ():
        try:
            ip_network(address.strip())
        except ValueError:
            raise ValueError("should be IP addresses or networks (10.0.0.0/8) with commas between, or *") from None
    return addresses


def _postgresql(address: str) -> str:
    """The address of a PostgreSQL server; whether somebody is there is seen at the start."""
    if not re.match(r"postgresql(\+psycopg)?://", address):
        raise ValueError("should be postgresql+psycopg://user:password@host/database")
    return address


class Settings(BaseModel):
    """Where the data and the store are, where to listen, what to log. An empty variable counts as not set."""

    data: Path = Field(ROOT / "data", description="Folder of the curated YAML.")
    store: Path = Field(ROOT / "store", description="Folder of the compiled stores.")
    database_url: Annotated[str, AfterValidator(_postgresql)] | None = Field(
        None, description="PostgreSQL server of the stores (`postgresql+psycopg://user@host/db`), instead of a folder."
    )
    database_timeout: float = Field(
        5, gt=0, le=3600, description="Seconds that PostgreSQL has to connect or to answer a statement; then it is 503."
    )
    database_connections: int = Field(
        10, ge=1, le=1000, description="Connections to PostgreSQL that a server process has at most."
    )
    host: str = Field("127.0.0.1", description="Address to listen on.")
    cache: int = Field(64_000_000, ge=0, description="Bytes of finished answers kept in memory; 0 keeps none.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    base_url: Annotated[str, AfterValidator(_origin)] | None = Field(
        None, description="Address that citations name (`https://example.org`), instead of the one that was asked."
    )
    proxies: Annotated[str, AfterValidator(_proxies)] | None = Field(
        None,
        description="Addresses of proxies, with commas, whose `X-Forwarded-For` and `-Proto` are believed; `*`: all.",
    )
    grace: int = Field(
        8, ge=1, le=3600, description="Seconds that requests in flight have left when the server is told to stop."
    )
    access_log: bool = Field(False, description="Whether each request is logged.")
    log_format: Literal["console", "json"] = Field("console", description="Shape of the logs: `console` or `json`.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "warning", description="Least level of what is logged beside requests: `debug`, `info`, `warning`, `error`."
    )


def read_settings() -> Settings:
    """The settings, or SettingsError with everything that is wrong in one line."""
    known = {f"{PREFIX}{name.upper()}": name for name in Settings.model_fields}
    wrong = []
    for name in sorted(os.environ):
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            meant = get_close_matches(name.upper(), known, n=1, cutoff=0.7)
            hint = f"did you mean {meant[0]}?" if meant else f"there are {', '.join(sorted(known))}"
            wrong.append(f"{name} is no setting; {hint}")
    try:
        settings = Settings.model_validate(
            {known[name.upper()]: value for name, value in os.environ.items() if value and name.upper() in known}
        )
    except ValidationError as error:
        for mistake in error.errors():
            given = re.sub(r"//.*@", "//…@", str(mistake["input"]))  # a password stays out of logs
            said = SAID.get(mistake["type"], mistake["msg"].removeprefix("Value error, ").removeprefix("Input "))
            wrong.append(f"{PREFIX}{str(mistake['loc'][0]).upper()}={given}: {said}")
    if wrong:
        raise SettingsError(f"a setting is wrong: {'; '.join(wrong)}")
    return settings
