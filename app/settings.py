"""Settings, each from the environment with the prefix SJR_."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Where the data and the store are, and where to listen."""

    model_config = SettingsConfigDict(env_prefix="SJR_")

    data: Path = Field(ROOT / "data", description="Folder of the curated YAML.")
    store: Path = Field(ROOT / "store", description="Folder of the compiled stores.")
    host: str = Field("127.0.0.1", description="Address to listen on.")
    cache: int = Field(64_000_000, ge=0, description="Bytes of finished answers kept in memory; 0 keeps none.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
