"""The built-in agreements as data: one TOML file each. A further one needs no code."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def built_in() -> list[str]:
    """The keys of the agreements that come with Werkdag."""
    return sorted(path.stem for path in HERE.glob("*.toml"))


@cache
def contract(key: str) -> dict[str, Any]:
    """A built-in agreement as written. ValueError names the known ones if there is none."""
    if key not in built_in():
        raise ValueError(f"unknown agreement {key!r}; known are {', '.join(built_in())}")
    return tomllib.loads((HERE / f"{key}.toml").read_text(encoding="utf-8"))
