"""What stands for a text of a version of the dataset, in few bytes: in tags and cursors."""

from functools import lru_cache
from hashlib import blake2b


def digest(version: str, text: str, size: int) -> bytes:
    """So many bytes that differ where the version or the text does."""
    begun = _begun(version, size).copy()
    begun.update(text.encode())
    return begun.digest()


@lru_cache(maxsize=4)
def _begun(version: str, size: int) -> blake2b:
    """What is the same for every text."""
    return blake2b(f"{version}\n".encode(), digest_size=size)
