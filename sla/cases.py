"""JSON cases from a stream, for the commands that answer them one by one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TextIO


def cases(stream: TextIO) -> Iterator[object]:
    """JSON values, whether each stands on a line or one spreads over many.

    ValueError in one line at what is not JSON.
    """
    try:
        text = stream.read()
    except UnicodeDecodeError:
        raise ValueError("not JSON: not written in UTF-8") from None
    decoder = json.JSONDecoder()
    position = 0
    while rest := text[position:].lstrip():
        position = len(text) - len(rest)
        try:
            value, position = decoder.raw_decode(text, position)
        except json.JSONDecodeError as error:
            raise ValueError(f"not JSON: {error.msg} in line {error.lineno}") from None
        except (ValueError, RecursionError):
            raise ValueError("not JSON that can be read: too large") from None
        yield value
