"""Requests that nobody means: every address, its own parameters, and values of every odd kind.

Which parameters an address has, it tells by itself: it is asked once by a request that keeps what
its view reads. A field added tomorrow is tried without anybody writing it down here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from typing import Any, cast
from urllib.parse import quote, urlencode

import pytest
from django.contrib import admin
from django.db import transaction
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils.datastructures import MultiValueDict

LONG = "9" * 5_000
ODD: tuple[str, ...] = (
    "\x00",
    "a\x00b",
    LONG,
    f"-{LONG}",
    "9223372036854775808",
    "-1",
    "0",
    "²",  # a digit to str.isdigit, not to int
    "٣",
    "1_0",
    "[" * 50_000,
    '{"a":' * 5_000,
    "\ufffe\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace"),
    "\\ud800",
    "w" * 70_000,
    "",
    " ",
    "0000-00-00",
    "9999-12-31",
    "2026-02-30T25:61",
    "10000-01",
    "24:00",
    "1e400",
    "NaN",
    "Infinity",
    "unknown",
    "None",
    "null",
    "[]",
    "[[1]]",
    "{}",
    "%00%ff",
    "../../x",
    "\r\nX: y",
    "(((((",
    "*\\",
    "is:is:is:",
    "=1+1",
)
# In an address: what a path can hold, and a server takes.
IN_PATHS = ("\x00", "a\x00b", LONG, "9223372036854775808", "0", "²", "[" * 5_000)
BODIES: tuple[Any, ...] = (
    None,
    [],
    {},
    "x",
    1,
    -1,
    10**400,
    True,
    [[[]]],
    [None],
    {"a": {}},
    1e308,
)


@dataclass(frozen=True)
class Told:
    """The parameters that an address reads."""

    query: tuple[str, ...] = ()
    posted: tuple[str, ...] = ()


@contextmanager
def reading() -> Iterator[set[str]]:
    """Which names are read of any query or form meanwhile."""
    names: set[str] = set()
    with pytest.MonkeyPatch.context() as patch:
        for how in ("__getitem__", "__contains__", "get", "getlist"):
            plain = getattr(QueryDict, how)

            def kept(self: Any, key: Any, *args: Any, _plain: Any = plain, **named: Any) -> Any:
                if isinstance(key, str) and key != "csrfmiddlewaretoken":
                    names.add(key)
                return _plain(self, key, *args, **named)

            patch.setattr(QueryDict, how, kept, raising=False)
        yield names


assert issubclass(QueryDict, MultiValueDict)


def told_by(client: Client, address: str) -> Told:
    """Ask an address what it reads, when it is looked at and when something is posted."""
    with reading() as looked:
        _sent(client, "get", address)
    with reading() as posted:
        _sent(client, "post", address, {"x": "y"})
    return Told(query=tuple(sorted(looked)), posted=tuple(sorted(posted | looked)))


def odd_requests(
    address: str, told: Told, *, chance: Random, times: int
) -> Iterator[tuple[str, str, dict[str, list[str]]]]:
    """Some requests to one address: method, address, body."""
    for _time in range(times):
        yield "get", _with_query(address, _odd(told.query, chance)), {}
        yield "post", _with_query(address, _odd(told.query, chance, 1)), _odd(told.posted, chance)


def _odd(names: Iterable[str], chance: Random, most: int = 3) -> dict[str, list[str]]:
    """Some of these parameters with odd values, now and then twice, and one that nobody knows."""
    known = list(names)
    some = chance.sample(known, min(len(known), chance.randint(1, most)))
    if chance.random() < 0.1:
        some.append(chance.choice(["\x00", "__class__", LONG, "a[b]"]))
    return {name: chance.choices(ODD, k=1 + (chance.random() < 0.2)) for name in some}


def _with_query(address: str, query: Mapping[str, list[str]]) -> str:
    # A server takes no line of more than 8 kB.
    short = {name[:2_000]: [value[:6_000] for value in values] for name, values in query.items()}
    return f"{address}?{urlencode(short, doseq=True)}" if short else address


def odd_json(value: Any, chance: Random) -> Any:
    """A body for a program: what is meant, with something in it that is not."""
    if isinstance(value, dict) and value and chance.random() < 0.9:
        name = chance.choice(sorted(value))
        return value | {name: odd_json(value[name], chance)}
    return chance.choice([*BODIES, *ODD, "\ud800", [LONG], {"\x00": "\x00"}])


def broken_by(
    client: Client, method: str, address: str, body: Any = None, *, as_json: bool = False
) -> str:
    """What such a request breaks on; "" if it is answered. What it did is undone."""
    answer = _sent(client, method, address, body, as_json=as_json)
    if answer.status_code != 500:
        return ""
    error = answer.exc_info[1] if answer.exc_info else None
    return f"{type(error).__name__}: {str(error)[:100]}"


def _sent(
    client: Client, method: str, address: str, body: Any = None, *, as_json: bool = False
) -> Any:
    with transaction.atomic():
        if as_json:
            text = body if isinstance(body, str) else json.dumps(body)
            # A half of a pair, as a program may send it too.
            sent = text.encode("utf-8", "surrogatepass")
            answer = client.generic(method, address, sent, content_type="application/json")
        else:
            answer = getattr(client, method)(address, body or {})
        if answer.streaming:
            b"".join(cast("Iterable[bytes]", answer))
        transaction.set_rollback(True)
    return answer


def admin_lookups(model: Any) -> tuple[str, ...]:
    """What an address of a list in the admin may choose by."""
    held = admin.site._registry[model]
    names = ["q", "o", "p", "e", "all", "_to_field", "_popup", "_changelist_filters"]
    for field in model._meta.concrete_fields:
        names += [field.name, *(f"{field.name}__{how}" for how in ("exact", "in", "isnull", "gte"))]
        if field.is_relation:
            names.append(f"{field.name}__id__exact")
    names += [getattr(each, "parameter_name", "") for each in held.list_filter]
    return tuple(name for name in names if name)


def admin_addresses(model: Any) -> Iterator[str]:
    """The list, the form for a new one, and the pages of one row of the admin."""
    place = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    yield reverse(f"{place}_changelist")
    yield reverse(f"{place}_add")
    row = model._base_manager.order_by("pk").first()
    for pk in [row.pk if row else 1, LONG, "9223372036854775808", "_00", "a_00b"]:
        yield reverse(f"{place}_change", args=[pk])
    if row:
        yield reverse(f"{place}_history", args=[row.pk])
        yield reverse(f"{place}_delete", args=[row.pk])


@dataclass(frozen=True)
class Operation:
    """One thing that a program can ask, as the schema tells of it."""

    method: str
    path: str
    query: tuple[str, ...]
    fields: Mapping[str, Any]

    def address(self, chance: Random, *, odd: bool) -> str:
        """Where it is asked; its parameters are odd, those in the path only now and then."""
        known = {"reference": "WD-1", "key": "dialog", "number": 1, "year": 2026, "month": 11}
        address = "/"
        for part in self.path.lstrip("/").split("{"):
            name, end, tail = part.rpartition("}")
            given = chance.choice(IN_PATHS) if odd else str(known.get(name, 1))
            address += (quote(given, safe="") if end else "") + tail
        return _with_query(address, _odd(self.query, chance))

    def body(self) -> dict[str, Any]:
        """A body with something in each field."""
        return {name: _meant(field) for name, field in self.fields.items()}


def api_operations(schema: Mapping[str, Any]) -> Iterator[Operation]:
    """Every operation of the API."""
    for path, methods in schema["paths"].items():
        for method, said in methods.items():
            query = [each["name"] for each in said.get("parameters", ()) if each["in"] == "query"]
            content = said.get("requestBody", {}).get("content", {})
            form = content.get("application/json", {}).get("schema", {})
            if "$ref" in form:
                form = schema["components"]["schemas"][form["$ref"].rpartition("/")[2]]
            yield Operation(method, path, tuple(query), form.get("properties", {}))


def _meant(field: Mapping[str, Any]) -> Any:
    if "enum" in field:
        return field["enum"][0]
    kind = field.get("type", "string")
    values = {"integer": 1, "boolean": True, "array": [], "object": {}}
    return values.get(kind if isinstance(kind, str) else kind[0], "2026-11-02T10:00:00Z")
