"""The formats beside JSON. Each module ends in FORMAT = Format(...); this package finds them."""

from importlib import import_module
from pkgutil import iter_modules

from app.formats.format import Format

FORMATS: dict[str, Format] = {
    found.name: found
    for found in (
        import_module(f"{__name__}.{module.name}").FORMAT
        for module in sorted(iter_modules(__path__), key=lambda m: m.name)
        if module.name != "format"
    )
}
