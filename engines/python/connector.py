"""Loads the connector as an engine would: compiled once, a fresh sandbox for each
call, plain Python values in and out.

WIT records become dicts with snake-case keys, options a value or None, flags a
set of kebab-case names. An error of an action is raised as ActionError.
"""

from pathlib import Path
from typing import Any, Mapping

from wasmtime import Engine, Store, WasiConfig
from wasmtime.component import Component, Func, Linker
from wasmtime.component import ListType, OptionType, Record, RecordType, Variant

#: The memory limit of a sandbox, in bytes: several times the largest response that the
#: connector accepts. With less, large responses trap.
MEMORY = 256 * 1024 * 1024

#: The interfaces of the generic contract; the others are Intercom's.
CONTRACT = {"plugin", "triggers"}


def interface_id(name: str) -> str:
    """The interface with the short name `name`, such as `contacts`."""
    package = "workflow:plugin" if name in CONTRACT else "intercom:connector"
    return f"{package}/{name}@0.2.0"


class ActionError(Exception):
    """The error of an action.

    `tag` is `permanent` or `retryable`, `failure` the whole failure. Its text is
    `message; hint`.
    """

    def __init__(self, tag: str, failure: dict[str, Any] | None):
        texts = (failure["message"], failure["hint"]) if failure else (tag,)
        super().__init__("; ".join(filter(None, texts)))
        self.tag = tag
        self.failure = failure


class Connector:
    """The component, ready to be called."""

    def __init__(self, path: Path, http: bool = True):
        """Compiles the component. Without `http` it can only call what sends nothing."""
        self._engine = Engine()
        self._component = Component.from_file(self._engine, str(path))
        self._linker = Linker(self._engine)
        self._linker.add_wasip2()
        if http:
            self._linker.add_wasi_http()
        else:
            self._linker.define_unknown_imports_as_traps(self._component)

    def call(self, variables: Mapping[str, str], interface: str, name: str, *arguments: Any) -> Any:
        """Calls a function in a sandbox that sees `variables` and no others.

        Raises ActionError for an error of the action, and WasmtimeError if the
        sandbox itself failed.
        """
        store = Store(self._engine)
        store.set_limits(memory_size=MEMORY)
        wasi = WasiConfig()
        wasi.env = variables.items()
        store.set_wasi(wasi)
        store.set_wasi_http()
        function = self._function(store, interface_id(interface), name)
        types = [type_ for _, type_ in function.type(store).params]
        result = function(store, *map(to_wit, types, arguments))
        if isinstance(result, Variant):
            raise ActionError(result.tag, from_wit(result.payload))
        return from_wit(result)

    def _function(self, store: Store, interface: str, name: str) -> Func:
        instance = self._linker.instantiate(store, self._component)
        exports = instance.get_export_index(store, interface)
        index = exports and instance.get_export_index(store, name, exports)
        function = index and instance.get_func(store, index)
        if not function:
            raise LookupError(f"{interface} has no {name}")
        return function


def to_wit(type_: Any, value: Any) -> Any:
    """A value in the form of `wasmtime`: records as objects that have every field."""
    if isinstance(type_, OptionType):
        return None if value is None else to_wit(type_.payload, value)
    if isinstance(type_, ListType) and not isinstance(value, bytes):
        return [to_wit(type_.element, item) for item in value]
    if not isinstance(type_, RecordType):
        return value
    left = dict(value)
    record = Record()
    for name, field in type_.fields:
        key = name.replace("-", "_")
        if key not in left and not isinstance(field, OptionType):
            raise TypeError(f"{key} is missing")
        setattr(record, name, to_wit(field, left.pop(key, None)))
    if left:
        raise TypeError(f"no such field: {', '.join(left)}")
    return record


def from_wit(value: Any) -> Any:
    """A value that `wasmtime` returned, as dicts, lists, pairs and plain values."""
    if isinstance(value, Record):
        return {name.replace("-", "_"): from_wit(field) for name, field in vars(value).items()}
    if isinstance(value, Variant):
        return (value.tag, from_wit(value.payload))
    if isinstance(value, list):
        return [from_wit(item) for item in value]
    return value
