"""Reading of the project's documents: their blocks, tables, links, and answers shown in part."""

import json
import re
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
BASE = "http://127.0.0.1:8000"  # where the documents say that the API is
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
README, CONTRIBUTING = ROOT / "README.md", ROOT / "CONTRIBUTING.md"
CUT = "…"  # what is left out of an answer shown


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text, and the heading that it stands under."""

    language: str
    text: str
    heading: str


def blocks(document: Path) -> list[Block]:
    """The fenced blocks of a document, in order."""
    found: list[Block] = []
    heading, language, lines = "", None, list[str]()
    for line in document.read_text(encoding="utf-8").splitlines():
        if line.startswith("```"):
            if language is None:
                language, lines = line.removeprefix("```"), []
            else:
                found.append(Block(language, "\n".join(lines) + "\n", heading))
                language = None
        elif language is not None:
            lines.append(line)
        elif line.startswith("#"):
            heading = line.lstrip("# ")
    assert language is None, f"{document.name}: a block is not closed"
    return found


def block(document: Path, language: str, holding: str = "") -> Block:
    """The one block of a language that holds a text."""
    (found,) = [b for b in blocks(document) if b.language == language and holding in b.text]
    return found


def following(document: Path, asked: Block) -> Block:
    """The block after a block: what it prints."""
    every = blocks(document)
    return every[every.index(asked) + 1]


def prose(document: Path) -> str:
    """A document without its blocks."""
    return re.sub(r"^```.*?^```$", "", document.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


def inline(document: Path) -> list[str]:
    """Every `code` in the prose."""
    return re.findall(r"`([^`\n]+)`", prose(document))


def codes(cell: str) -> list[str]:
    """Every `code` in the cell of a table."""
    return re.findall(r"`([^`]+)`", cell)


def table(document: Path, first: str) -> list[list[str]]:
    """The rows of the table whose first column has a name, without the head."""
    lines = prose(document).splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith(f"| {first} |"))
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def commands(document: Path) -> list[tuple[str, Block | None]]:
    """Every command of a document's shell blocks, with the answer shown after it."""
    every = blocks(document)
    found: list[tuple[str, Block | None]] = []
    for asked, after in zip_longest(every, every[1:]):
        if asked.language == "sh":
            lines = asked.text.splitlines()
            shown = after if len(lines) == 1 and after and after.language in {"json", "http", "text"} else None
            found += [(line, shown) for line in lines]
    return found


def slug(heading: str) -> str:
    """The anchor that a code host gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def read_shown(text: str) -> Any:
    """JSON in which … stands for what is left out: objects as tuples of pairs, lists as lists."""
    written, inside = "", ""
    for token in re.findall(r'"(?:[^"\\]|\\.)*"|[^"]', text):
        if token in "{[":
            inside += token
        elif token in "}]":
            inside = inside[:-1]
        written += token if token != CUT else f'"{CUT}": 0' if inside.endswith("{") else f'"{CUT}"'
    return json.loads(written, object_pairs_hook=tuple)


def agrees(shown: str, served: str) -> bool:
    """Whether a text shown in part is what is served: … for the rest of a line, or alone for lines."""
    lines = (
        r"(?:.*\n)*" if line.strip() == CUT else rf"{re.escape(line).replace(CUT, '.*')}\n"
        for line in shown.splitlines()
    )
    return re.fullmatch("".join(lines), "\n".join(served.splitlines()) + "\n") is not None


def differences(shown: Any, served: Any, at: str = "") -> list[str]:
    """Where what is shown is not what is served; what … stands for may be anything."""
    if isinstance(shown, tuple) and isinstance(served, dict):
        keys, cut, found = list(served), False, list[str]()
        for key, value in shown:
            if key == CUT:
                cut = True
            elif key not in keys or (keys[0] != key and not cut):
                return [*found, f"{at}: {key} does not come next; there is {', '.join(keys)}"]
            else:
                keys, cut = keys[keys.index(key) + 1 :], False
                found += differences(value, served[key], f"{at}/{key}")
        return found if cut or not keys else [*found, f"{at}: {', '.join(keys)} not shown"]
    if isinstance(shown, list) and isinstance(served, list):
        whole = CUT not in shown
        given = shown if whole else shown[: shown.index(CUT)]
        if len(given) > len(served) or (whole and len(given) < len(served)):
            return [f"{at}: {len(given)} shown, {len(served)} served"]
        return [d for n, item in enumerate(given) for d in differences(item, served[n], f"{at}/{n}")]
    if isinstance(shown, str) and shown.endswith(CUT) and isinstance(served, str):
        return [] if served.startswith(shown.removesuffix(CUT)) else [f"{at}: {served!r} does not begin so"]
    return [] if shown == served else [f"{at}: {shown!r} shown, {served!r} served"]
