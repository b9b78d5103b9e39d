"""YAML files → validated records, each value with the line that it stands on."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from app.curation.problem import Problem, suggestion
from app.resource import Record, Resource, key_order
from app.shape import PROVENANCE, shapes
from app.values import SLUG, Face

Path_ = tuple[str | int, ...]
Key = tuple[str, str]
M = TypeVar("M", bound=Face)


@dataclass(frozen=True)
class Source:
    """Where a record was read: its file, and the line of every key and item."""

    file: str
    lines: Mapping[Path_, int]

    def problem(self, path: Path_, detail: str) -> Problem:
        """A problem at a path of the record, on the nearest line known."""
        known = path
        while known not in self.lines and known:
            known = known[:-1]
        return Problem(self.file, self.lines.get(known, 1), ".".join(map(str, path)), detail)


@dataclass(frozen=True)
class Curated:
    """Every record that could be read, by (collection, id), with its source; and what stands there unread."""

    records: Mapping[Key, Record]
    sources: Mapping[Key, Source]
    unread: frozenset[Key] = frozenset()

    def has(self, key: Key) -> bool:
        """Whether a record of that key stands in a file, even if the file has yet to be mended."""
        return key in self.records or key in self.unread or (key[0], "") in self.unread


class _Reader:
    """Turns YAML nodes into plain values, all scalars as text, and notes lines and breaches on the way."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[Path_, int] = {}
        self.problems: list[Problem] = []
        self.seen: set[int] = set()

    def refuse(self, path: Path_, node: yaml.Node, detail: str) -> None:
        self.problems.append(Problem(self.file, node.start_mark.line + 1, ".".join(map(str, path)), detail))

    def read(self, node: yaml.Node, path: Path_ = ()) -> Any:
        self.lines.setdefault(path, node.start_mark.line + 1)
        if id(node) in self.seen:
            self.refuse(path, node, "anchors and aliases (&name, *name) are not read; write the value out")
            return ""
        self.seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            if not node.value:
                self.refuse(path, node, "empty list; leave the key out")
            return [self.read(item, (*path, i)) for i, item in enumerate(node.value)]
        if not node.value.strip():
            self.refuse(path, node, "empty value; leave the key out")
        return node.value

    def mapping(self, node: yaml.MappingNode, path: Path_) -> dict[str, Any]:
        read: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self.refuse(path, key, "a key must be plain text")
                continue
            here = (*path, key.value)
            self.lines[here] = key.start_mark.line + 1
            if key.value in read:
                self.refuse(here, key, "repeated key; keep one")
                continue
            read[key.value] = self.read(value, here)
        if not node.value:
            self.refuse(path, node, "empty mapping; leave the key out")
        return read


def read_yaml(path: Path, file: str) -> tuple[Any, Source, list[Problem]]:
    """The plain content of a YAML file (None where it is malformed), its lines, its problems."""
    reader = _Reader(file)
    try:
        text = path.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))
    except UnicodeDecodeError as error:
        return None, Source(file, {}), [Problem(file, 1, "", f"not UTF-8 (byte {error.start}); save the file as UTF-8")]
    except OSError as error:
        return None, Source(file, {}), [Problem(file, 1, "", f"cannot be read: {error.strerror}")]
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or str(error).partition("\n")[0]
        line = mark.line + 1 if mark else 1
        return (
            None,
            Source(file, {}),
            [Problem(file, line, "", f"malformed YAML: {reason}; quote text that holds ': '")],
        )
    if node is None:
        return None, Source(file, {}), [Problem(file, 1, "", "empty file; `sjr new` writes a template")]
    content = reader.read(node)
    return content, Source(file, reader.lines), reader.problems


def part_order(model: type[Face]) -> tuple[str, ...]:
    """The order of keys in a part: its own, then its sources and notes."""
    if issubclass(model, Record):
        return key_order(model)
    names = [info.alias or name for name, info in model.model_fields.items()]
    return (*(n for n in names if n not in PROVENANCE), *(n for n in ("cite", "uncited", "noted") if n in names))


def order_problems(model: type[Face], content: Any, source: Source, path: Path_ = ()) -> Iterator[Problem]:
    """A problem wherever keys are not in model order."""
    if not isinstance(content, dict):
        return
    order = part_order(model)
    known = [key for key in content if key in order and (*path, key) in source.lines]
    expected = sorted(known, key=order.index)
    if known != expected:
        wrong = next(k for k, e in zip(known, expected, strict=True) if k != e)
        yield source.problem((*path, wrong), f"keys are out of order; write {', '.join(expected)}")
    for shape in shapes(model).values():
        if shape.part and shape.key in content:
            value, here = content[shape.key], (*path, shape.key)
            for index, item in enumerate(value) if isinstance(value, list) else [(None, value)]:
                yield from order_problems(shape.part, item, source, here if index is None else (*here, index))


def _model_at(model: type[Face], path: Path_) -> type[Face]:
    """The model that a path leads into; the last one known where it leads nowhere."""
    for step in path:
        if isinstance(step, str):
            shape = shapes(model).get(step)
            if shape is None or shape.part is None:
                break
            model = shape.part
    return model


def _said(error: Mapping[str, Any], model: type[Face]) -> str:
    """A pydantic error in the words of a curator."""
    context, value = error.get("ctx", {}), error.get("input")
    match error["type"]:
        case "extra_forbidden":
            allowed = part_order(_model_at(model, error["loc"][:-1]))
            return f"unknown key; allowed: {', '.join(allowed)}{suggestion(str(error['loc'][-1]), allowed)}"
        case "missing":
            return "missing; this key is needed"
        case "literal_error":
            choices = re.findall(r"'([^']*)'", context["expected"])
            return f"{value!r} is not allowed; one of: {', '.join(choices)}{suggestion(str(value), choices)}"
        case "string_pattern_mismatch":
            if SLUG in context["pattern"]:
                form = "collection/id" if "/" in context["pattern"] else "lower-case-words-with-hyphens"
                return f"{value!r} is no id; write {form}"
            return f"{value!r} does not match {context['pattern']}"
        case "value_error":
            return str(context["error"])
        case "tuple_type":
            return "a list is needed: [a, b], or one `- item` a line"
        case "model_type" | "model_attributes_type" | "dict_type":
            return "keys and values are needed here, not one text"
        case _:
            return str(error["msg"])


def validate(model: type[M], content: Any, source: Source, path: Path_ = ()) -> tuple[M | None, list[Problem]]:
    """The content as a model, or every problem with it."""
    problems = list(order_problems(model, content, source, path))
    try:
        return model.model_validate(content), problems
    except ValidationError as error:
        for e in error.errors():
            problems.append(source.problem((*path, *e["loc"]), _said(e, model)))
        return None, problems


def _entries(
    resource: Resource, file: Path, content: Any, source: Source
) -> Iterator[tuple[Any, Source, list[Problem]]]:
    """The record in a file, or each of the records in a file that holds a list, with its own source."""
    if resource.file_field is None:
        yield content, source, []
        return
    if not isinstance(content, list):
        yield None, source, [source.problem((), "a list of entries is needed: one `- id: …` each")]
        return
    for index, entry in enumerate(content):
        lines = {path[1:]: line for path, line in source.lines.items() if path[:1] == (index,)}
        own = Source(source.file, lines)
        if isinstance(entry, dict):
            if resource.file_field in entry:
                yield None, own, [own.problem((resource.file_field,), "leave it out: the file's name says it")]
                continue
            yield {**entry, resource.file_field: file.stem}, own, []
        else:
            yield entry, own, []


def _read_file(resource: Resource, file: Path, shown: str) -> Iterator[tuple[Record | None, Source, list[Problem]]]:
    content, source, problems = read_yaml(file, shown)
    if content is None or problems:
        yield None, source, problems
        return
    for entry, own, refused in _entries(resource, file, content, source):
        if refused:
            yield None, own, refused
            continue
        record, problems = validate(resource.model, entry, own)
        if record and resource.file_field is None and record.id != file.stem:
            problems.append(own.problem(("id",), f"{record.id!r} is not the file's name; write id: {file.stem}"))
        yield record, own, problems


def load(data: Path, resources: Mapping[str, Resource]) -> tuple[Curated, list[Problem]]:
    """Every record under `data`, and every problem met in reading them. Problems do not stop the reading."""
    records: dict[Key, Record] = {}
    sources: dict[Key, Source] = {}
    unread: set[Key] = set()
    problems: list[Problem] = []
    for folder in sorted(p for p in data.iterdir() if p.is_dir() and not p.name.startswith(".")):
        if folder.name not in resources:
            detail = f"no such collection; one of: {', '.join(resources)}{suggestion(folder.name, resources)}"
            problems.append(Problem(f"{data.name}/{folder.name}", 1, "", detail))
            continue
        resource = resources[folder.name]
        for file in sorted(folder.iterdir()):
            shown = f"{data.name}/{folder.name}/{file.name}"
            if file.suffix != ".yaml":
                problems.append(Problem(shown, 1, "", "only <id>.yaml files belong here"))
                continue
            for record, source, found in _read_file(resource, file, shown):
                problems += found
                if resource.file_field is not None:
                    unread |= {(resource.name, "")} if record is None else set()  # of a list, nobody can say which
                elif record is None or record.id != file.stem:
                    unread.add((resource.name, file.stem))
                if record is None:
                    continue
                key = (resource.name, record.id)
                if key in records:
                    problems.append(source.problem(("id",), f"{record.id} stands already in {sources[key].file}"))
                    continue
                records[key], sources[key] = record, source
    return Curated(records, sources, frozenset(unread)), problems
