"""Log lines without secrets: passwords in addresses and tokens in paths are masked."""

import logging
import re

_PASSWORD = re.compile(r"(\w+://[^\s:/@]*:)[^\s@/]+(?=@)")
_TOKEN = re.compile(r"(?<=[/=])(?=[\w:.-]*\d)[\w:-]{24,}(?:\.[\w:-]+)*")


def masked(text: str) -> str:
    """The text with passwords in addresses and long tokens in paths or queries replaced by ***."""
    return _TOKEN.sub("***", _PASSWORD.sub(r"\1***", text))


class MaskingFormatter(logging.Formatter):
    """Time, level, logger and message on a line; tracebacks are masked as well."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """The record as text, masked."""
        return masked(super().format(record))
