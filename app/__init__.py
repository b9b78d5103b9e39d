"""Soviet–Japanese relations, 1905–1945: a curated dataset, compiled into a read-only store and served as JSON."""

from pydantic import BaseModel

# Every model, of the framework too, is built when it is first used: a server loads some two hundred and uses few.
BaseModel.model_config["defer_build"] = True
