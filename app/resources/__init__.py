"""The collections. Each module ends in RESOURCE = Resource(...); this package finds them."""

from importlib import import_module
from pkgutil import iter_modules

from app.resource import Resource

RESOURCES: dict[str, Resource] = {
    resource.name: resource
    for resource in (
        import_module(f"{__name__}.{module.name}").RESOURCE
        for module in sorted(iter_modules(__path__), key=lambda m: m.name)
    )
}
