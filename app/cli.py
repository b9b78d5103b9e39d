"""The `sjr` command: check, build, serve, export, new, schemas."""

import gc
import re
import signal
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.curation.problem import DataError, Problem, suggestion

if TYPE_CHECKING:
    from app.settings import Settings
    from app.store.stores import Stores

cli = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Soviet–Japanese relations, 1905–1945: check the data, compile them, serve them.",
)


def _fail(line: str) -> typer.Exit:
    typer.echo(f"sjr: {line}", err=True)
    return typer.Exit(1)


def _settings() -> "Settings":
    from app.settings import SettingsError, read_settings

    try:
        settings = read_settings()
    except SettingsError as error:
        raise _fail(str(error)) from None
    if not settings.data.is_dir():
        raise _fail(f"no data at {settings.data}; run from the project's folder or set SJR_DATA")
    return settings


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _report(problems: list[Problem]) -> None:
    for problem in problems:
        typer.echo(str(problem), err=True)
    files = len({problem.file for problem in problems})
    typer.echo(f"{_counted(len(problems), 'problem')} in {_counted(files, 'file')}", err=True)


@cli.command(epilog="Examples:  sjr check   |   sjr check data/treaties/tripartite-pact.yaml")
def check(
    file: Annotated[
        Path | None, typer.Argument(help="One file or folder to look at; without it the whole set.")
    ] = None,
) -> None:
    """Check the data and list every problem with file, line, field and what is allowed. Exit 1 where there is any."""
    from app.curation.rules import check as check_data
    from app.resources import RESOURCES

    settings = _settings()
    curated, problems = check_data(settings.data, RESOURCES)
    if file:
        if not file.exists():
            raise _fail(f"no file {file}")
        try:
            inside = file.resolve().relative_to(settings.data.resolve()).as_posix()
        except ValueError:
            raise _fail(f"{file} is not under {settings.data}") from None
        shown = f"{settings.data.name}/{inside}"
        problems = [p for p in problems if f"{p.file}/".startswith(f"{shown}/")]
    if problems:
        _report(problems)
        raise typer.Exit(1)
    typer.echo(f"{file}: no problems" if file else f"{len(curated.records)} records: no problems")


def _stores(settings: "Settings") -> "Stores":
    from app.store.stores import stores

    return stores(settings.store, settings.database_url, settings.database_timeout, settings.database_connections)


def _build(settings: "Settings") -> str:
    from app.resources import RESOURCES
    from app.store.current import StoreError

    try:
        return _stores(settings).build(settings.data, RESOURCES, lambda said: typer.echo(f"  {said} …", err=True))
    except DataError as error:
        _report(error.problems)
        raise _fail("not built; the store that stood is untouched (`sjr check` lists the problems again)") from None
    except StoreError as error:
        raise _fail(str(error)) from None


@cli.command("build", epilog="Examples:  SJR_STORE=/tmp/store sjr build   |   sjr build --prune")
def build_(
    prune: Annotated[
        bool, typer.Option("--prune", help="Then remove every other store; in PostgreSQL those that no server reads.")
    ] = False,
) -> None:
    """Compile the data into a store and make it the current one. A failed build leaves what stood."""
    from app.store.current import StoreError

    settings = _settings()
    typer.echo(f"built {_build(settings)}")
    try:
        for said in (_stores(settings).prune() or ["nothing to remove"]) if prune else ():
            typer.echo(said)
    except (OSError, StoreError) as error:
        raise _fail(f"built, but not pruned: {error}") from None


def _make_current(settings: "Settings") -> None:
    """Compile the data where no store of them, as they are, is the current one."""
    from app.store.current import StoreError
    from app.store.engine import version

    kept = _stores(settings)
    try:
        wanted = version(settings.data)
        if kept.standing() == wanted:
            return
    except DataError as error:
        _report(error.problems)
        raise _fail("the dataset's description does not hold") from None
    except StoreError as error:
        raise _fail(str(error)) from None
    typer.echo(f"compiling the data into {kept} …", err=True)
    _build(settings)


def _free(host: str, port: int) -> int:
    """The port, if it can be had; for 0, one that can."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            return int(probe.getsockname()[1])
        except OSError as error:
            if error.errno not in {13, 48, 98, 10013, 10048}:  # neither taken nor forbidden: it is not the port's fault
                raise _fail(f"cannot listen on {host} ({error.strerror}); set --host (0.0.0.0 for all)") from None
            why = "is in use" if error.errno in {48, 98, 10048} else f"cannot be had ({error.strerror})"
            raise _fail(f"port {port} on {host} {why}; choose another: sjr serve --port {port + 1}") from None


@cli.command(epilog="Examples:  sjr serve   |   sjr serve --port 8080   |   sjr serve --host 0.0.0.0")
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on (SJR_HOST; 127.0.0.1).")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port to listen on (SJR_PORT; 8000); 0: a free one.")
    ] = None,
    compiled: Annotated[
        bool, typer.Option("--no-build", help="Serve the store that stands, whatever the data.")
    ] = False,
) -> None:
    """Serve the API, compiling the data first where no store of this version stands."""
    gc.disable()  # until all is imported and made: a tenth of the time that a start takes
    import uvicorn

    from app.api.application import serving
    from app.api.connections import BoundedConnection
    from app.api.discovery import TRY
    from app.store.current import StoreError
    from app.store.dialects.database import UnavailableError
    from app.store.query import Store
    from app.synthetic import PREFIX

    settings = _settings()
    host = host or settings.host
    port = _free(host, settings.port if port is None else port)
    if not compiled:
        _make_current(settings)
    kept = _stores(settings)
    try:
        store = Store(kept.open())
        app = serving(store, settings)
    except StoreError as error:
        raise _fail(str(error)) from None
    except UnavailableError as error:
        raise _fail(f"{kept} cannot be read ({error}); `sjr build` into another store, or remove that one") from None
    named = "localhost" if host in {"0.0.0.0", "::"} else f"[{host}]" if ":" in host else host
    base = f"http://{named}:{port}"
    for path in ("/v1",) if store.version.startswith(PREFIX) else TRY:
        typer.echo(f"  curl '{base}{path}'")
    typer.echo(f"  {base}/docs")
    typer.echo(f"  serving {store.version} from {kept}")
    sys.stdout.flush()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # what uvicorn hands the signal to once all is answered
    uvicorn.run(
        app,
        host=host,
        port=port,
        http=BoundedConnection,
        log_config=None,
        access_log=False,
        proxy_headers=settings.proxies is not None,  # it costs every request a little
        forwarded_allow_ips=settings.proxies,
        timeout_graceful_shutdown=settings.grace,
    )


@cli.command(epilog="Example:  SJR_BASE_URL=https://data.example.org sjr export site")
def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to write; an export there is replaced.")],
) -> None:
    """Write the collections, their records and pages as files, from which any file host serves the dataset."""
    import asyncio

    from app.api.application import create_app
    from app.store.current import StoreError
    from app.store.query import Store
    from app.twin.export import export as write
    from app.twin.folder import ExportError

    settings = _settings()
    _make_current(settings)
    base = settings.base_url or f"http://{settings.host}:{settings.port}"
    if not settings.base_url:
        typer.echo(f"citations will name {base}; set SJR_BASE_URL to where the files will be", err=True)
    try:
        app = create_app(Store(_stores(settings).open()), kept=0, base=base)
        files = asyncio.run(write(app, base, folder.absolute(), lambda said: typer.echo(f"  {said} …", err=True)))
    except (ExportError, StoreError) as error:
        raise _fail(str(error)) from None
    except OSError as error:
        raise _fail(f"cannot write {error.filename or folder} ({error.strerror}); what stood is untouched") from None
    typer.echo(f"wrote {_counted(files, 'file')} to {folder}")


@cli.command(epilog="Example:  sjr new treaties treaty-of-nowhere-1926")
def new(
    collection: Annotated[str, typer.Argument(help="Name of the collection: treaties, events …")],
    identifier: Annotated[str, typer.Argument(metavar="ID", help="Permanent id, lower-case-words-with-hyphens.")],
) -> None:
    """Write an annotated template of a record, to be filled in."""
    from app.curation.template import template, write_schemas
    from app.resources import RESOURCES
    from app.values import LONGEST_SLUG, SLUG

    settings = _settings()
    if collection not in RESOURCES:
        raise _fail(f"no collection {collection}; one of: {', '.join(RESOURCES)}{suggestion(collection, RESOURCES)}")
    if not re.fullmatch(SLUG, identifier) or len(identifier) > LONGEST_SLUG:
        raise _fail(f"{identifier!r} is no id; write lower-case-words-with-hyphens, at most {LONGEST_SLUG} characters")
    file = settings.data / collection / f"{identifier}.yaml"
    if file.exists():
        raise _fail(f"{file} exists already")
    try:
        file.parent.mkdir(exist_ok=True)
        write_schemas(settings.data, RESOURCES)
        file.write_text(template(RESOURCES[collection], identifier), encoding="utf-8")
    except OSError as error:
        raise _fail(f"cannot write {file} ({error.strerror})") from None
    typer.echo(f"wrote {file}; fill it in, then: sjr check {file}")


@cli.command(epilog="Example:  SJR_STORE=/tmp/synthetic sjr synth --records 10000")
def synth(
    records: Annotated[int, typer.Option(min=1, help="How many records, of all collections together.")],
    seed: Annotated[int, typer.Option(help="The same seed makes the same records.")] = 1,
) -> None:
    """Make up records (they are not history) and compile them into a store, to measure a server with."""
    from app.resources import RESOURCES
    from app.store.current import StoreError
    from app.synthetic import PREFIX
    from app.synthetic.dataset import synthetic

    settings = _settings()
    if records < len(RESOURCES):
        raise _fail(f"--records should be at least {len(RESOURCES)}: one of each collection")
    kept = _stores(settings)
    try:
        if any(not name.startswith(PREFIX) for name in kept.versions()):
            elsewhere = (
                "name another database in SJR_DATABASE_URL" if settings.database_url else "set SJR_STORE to another"
            )
            raise _fail(f"{kept} holds a store of real data; {elsewhere} for made-up records")
        built = kept.put(synthetic(records, seed, RESOURCES), lambda said: typer.echo(f"  {said} …", err=True))
    except StoreError as error:
        raise _fail(str(error)) from None
    where = "" if settings.database_url else f"SJR_STORE={settings.store} "
    typer.echo(f"built {built}; serve it with: {where}sjr serve --no-build")


@cli.command(epilog="Example:  sjr schemas")
def schemas() -> None:
    """Write the JSON Schemas of what curators write, so that an editor completes and checks (data/.schemas)."""
    from app.curation.template import write_schemas
    from app.resources import RESOURCES

    settings = _settings()
    try:
        changed = write_schemas(settings.data, RESOURCES)
    except OSError as error:
        raise _fail(f"cannot write {error.filename} ({error.strerror})") from None
    typer.echo(f"{len(changed)} schemas changed" if changed else "the schemas are up to date")


def main() -> None:
    """Run the command."""
    cli()


if __name__ == "__main__":
    main()
