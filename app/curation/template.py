"""What helps a curator to write a record: an annotated template, and JSON Schemas for the editor."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from app.curation.load import part_order
from app.edtf import Edtf
from app.resource import Record, Resource
from app.shape import Shape, shapes
from app.values import Face

FOLDER = ".schemas"


def _hint(shape: Shape) -> str:
    if shape.choices:
        return " | ".join(map(str, shape.choices))
    if shape.ref:
        return f"id from data/{shape.ref.collection}" if shape.ref.collection else "collection/id"
    if shape.annotation is bool:
        return "true | false"
    if shape.is_date or shape.annotation is Edtf:
        return "EDTF: 1939, 1936-02, 1941-04-13, 1939-22 (summer), 1938-07/1938-08-11, ../1938, 1940-09-27/"
    return "…"


RECORD_SOURCES = {
    "cite": "cite: {field: [citation ids]}        # for plain fields; a part carries its own cite: [ids]",
    "uncited": "uncited: {field: 15}                 # paragraph of the essay that states it without a citation",
    "noted": 'noted: {field: [note ids]}           # editorial notes; "" is the whole record',
}
PART_SOURCES = {"cite": "cite: [citation ids]", "uncited": "uncited: 15", "noted": "noted: [note ids]"}


def _lines(model: type[Face], indent: str) -> Iterator[str]:
    known = {shape.key: shape for shape in shapes(model).values()}
    for key in part_order(model):
        shape = known.get(key)
        if shape is None:
            yield f"# {indent}{(PART_SOURCES if indent else RECORD_SOURCES)[key]}"
            continue
        required = model.model_fields[shape.name].is_required()
        described = (model.model_fields[shape.name].description or "").rstrip(".")
        need = "needed. " if required else ""
        if shape.part:
            yield f"# {indent}{key}:   # {need}{described}"
            inner = list(_lines(shape.part, indent + "    "))
            if shape.many:
                first = f"# {indent}  - "
                inner[0] = first + inner[0].removeprefix(f"# {indent}    ")
            yield from inner
        elif not (key == "id" and issubclass(model, Record)):
            value = f"[{_hint(shape)}]" if shape.many else _hint(shape)
            yield f"# {indent}{key}: {value}   # {need}{described}"


def template(resource: Resource, identifier: str) -> str:
    """A YAML file that explains every key of a record; uncomment what the source gives."""
    head = [
        f"# yaml-language-server: $schema=../{FOLDER}/{resource.name}.json",
        f"# {(resource.model.__doc__ or '').strip()}",
        "# Uncomment what the source gives; leave the rest out. `sjr check` says what is missing or wrong.",
    ]
    if resource.file_field is None:
        return "\n".join([*head, f"id: {identifier}", *_lines(resource.model, "")]) + "\n"
    body = list(_lines(resource.model, "  "))
    entry = "\n".join(line for line in body if not line.startswith(f"#   {resource.file_field}:"))
    return "\n".join([*head, f"- id: {identifier}-p1-1   # <work>-p<pages>-<running number>", entry]) + "\n"


def _lenient(schema: Any) -> Any:
    """A schema for editors, which read `1936` as a number: where a text may look like one, a number passes too."""
    if isinstance(schema, list):
        return [_lenient(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: _lenient(value) for key, value in schema.items()}
    if found.get("type") == "string" and not found.keys() & {"enum", "const"}:
        found["type"] = ["string", "number"] if re.search(found.get("pattern", ""), "1") else "string"
    return found


def schemas(resources: Mapping[str, Resource]) -> dict[str, str]:
    """File name → JSON Schema of what curators write, so that an editor completes and checks."""
    found = {}
    for resource in resources.values():
        schema = _lenient(resource.model.model_json_schema(mode="validation"))
        if resource.file_field:
            schema["properties"].pop(resource.file_field)
            schema["required"].remove(resource.file_field)
            definitions = schema.pop("$defs", {})
            schema = {"type": "array", "items": schema, "$defs": definitions}
        dialect = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
        found[f"{resource.name}.json"] = json.dumps(dialect | schema, ensure_ascii=False, indent=1) + "\n"
    return found


def write_schemas(data: Path, resources: Mapping[str, Resource]) -> list[Path]:
    """Write the JSON Schemas beside the data; returns the files that changed."""
    folder = data / FOLDER
    folder.mkdir(exist_ok=True)
    changed = []
    for name, text in schemas(resources).items():
        file = folder / name
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8")
            changed.append(file)
    return changed
