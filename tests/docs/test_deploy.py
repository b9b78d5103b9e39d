"""The composition, the image and the proxy's configuration name settings, files, services and limits that there are."""

import re
from typing import Any

import pytest
import yaml
from documents import ROOT

from app.api.parameters import MOST_ROWS
from app.settings import PREFIX, Settings

COMPOSE = ROOT / "compose.yaml"
NGINX = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")


@pytest.fixture
def composed() -> dict[str, Any]:
    return yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("file", ["compose.yaml", "Dockerfile"])
def test_every_setting_named_is_one(file: str) -> None:
    named = set(re.findall(rf"{PREFIX}([A-Z_]+)", (ROOT / file).read_text(encoding="utf-8")))
    assert named
    assert named <= {name.upper() for name in Settings.model_fields}


def test_what_is_mounted_and_waited_for_is_there(composed: dict[str, Any]) -> None:
    services = composed["services"]
    for service in services.values():
        assert set(service.get("depends_on", ())) <= set(services)
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            assert (ROOT / source).exists() if source.startswith(".") else source in composed["volumes"]


def test_the_proxy_asks_the_servers_of_the_composition(composed: dict[str, Any]) -> None:
    asked = dict(re.findall(r"server (api[\w-]*):(\d+) resolve", NGINX))
    servers = {name: s for name, s in composed["services"].items() if "serve" in s.get("command", ())}
    assert set(asked) == set(servers)
    for name, port in asked.items():
        assert servers[name]["command"][-1] == port


def test_a_container_has_longer_to_stop_than_its_requests(composed: dict[str, Any]) -> None:
    grace = Settings.model_fields["grace"].default
    assert grace < 10, "Docker's own patience"
    for service in composed["services"].values():
        assert int(service.get("stop_grace_period", "10s").removesuffix("s")) > grace


def test_a_database_is_healthy_when_others_can_reach_it(composed: dict[str, Any]) -> None:
    # While the image prepares the data, a server answers on its socket, but not by address.
    checks = [service["healthcheck"]["test"] for service in composed["services"].values() if "healthcheck" in service]
    assert checks
    assert all("pg_isready" in check and "127.0.0.1" in check for check in checks)


def test_one_service_builds_the_image_and_the_others_use_it(composed: dict[str, Any]) -> None:
    ours = {name: s for name, s in composed["services"].items() if s["image"] == "sjr"}
    assert [name for name, s in ours.items() if "build" in s] == ["build"]
    assert all(s.get("pull_policy") == "never" for name, s in ours.items() if name != "build")
    # As the first process of a container Python would not hear a stop until it has started.
    assert all(s["init"] for s in ours.values())


def test_the_proxy_is_new_enough(composed: dict[str, Any]) -> None:
    version = composed["services"]["proxy"]["image"].partition(":")[2]
    assert tuple(map(int, version.split("."))) >= (1, 27, 3), "`resolve`"


def test_a_refusal_is_an_answer_and_no_failure_of_the_server() -> None:
    assert re.findall(r"proxy_next_upstream ([^;]+);", NGINX) == ["error timeout"]


def test_the_image_has_all_of_python_compiled() -> None:
    stages = (ROOT / "Dockerfile").read_text(encoding="utf-8").split("\nFROM ")[1:]
    assert "compileall" in stages[0]
    assert all(stage.startswith("base") for stage in stages[1:])


def test_the_first_page_of_the_twin_is_the_largest() -> None:
    twin = (ROOT / "deploy" / "twin.conf").read_text(encoding="utf-8")
    assert set(re.findall(r"limit=(\d+)", twin)) == {str(MOST_ROWS)}


def test_the_metrics_are_kept_from_the_world() -> None:
    assert re.search(r"location = /metrics \{ return 404; \}", NGINX)
