"""The Intercom connector: its component, and what calls it through wasmtime."""

from pathlib import Path

from .connector import ActionError, Connector

__all__ = ["COMPONENT", "ActionError", "Connector"]

#: The component's file, for `Connector(COMPONENT)`.
COMPONENT = Path(__file__).with_name("component.wasm")
