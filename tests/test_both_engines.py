"""The same answers on SQLite and PostgreSQL: all that the other tests ask of the one is asked again of both."""

from pathlib import Path

import pytest

from app.api.application import create_app
from app.resources import RESOURCES
from app.store.query import Store
from tests.engines import Asked, Recorder, unlike
from tests.support import DATA, FIXTURE

pytestmark = pytest.mark.last


def always(store: Store) -> list[Asked]:
    """What is asked whatever else is: every collection, by every sort, and every record of it."""
    paths = ["/", "/v1", "/openapi.json", "/v1/dataset", "/v1/timeline", "/v1/graph", "/v1/provenance"]
    for name, resource in RESOURCES.items():
        for sort in resource.sorts:
            paths += [f"/v1/{name}?sort={sort}", f"/v1/{name}?sort=-{sort}"]
        paths += [f"/v1/{name}/schema", f"/v1/{name}?format=csv", f"/v1/search?q=the*&collection={name}"]
        paths += [f"/v1/{name}/{identifier}" for identifier in store.ids(name)]
    return [Asked("GET", path, (("host", "test"),)) for path in paths]


ASKED = {FIXTURE: "recorded", DATA: "real_recorded"}


@pytest.mark.parametrize("data", ASKED, ids=["fixture", "real"])
async def test_postgresql_answers_as_sqlite_does(
    on_server: dict[Path, Store], data: Path, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    recorded: Recorder = request.getfixturevalue(ASKED[data])
    store = on_server[data]
    asked = dict.fromkeys([*recorded.asked, *always(store)])
    differing = await unlike(recorded.app, create_app(store), asked)
    with capsys.disabled():
        print(f"\nPostgreSQL answers {len(asked) - len(differing):,} of {len(asked):,} requests as SQLite does")
    assert not differing, "\n".join(differing[:20])
