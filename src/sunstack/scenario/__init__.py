"""What may a scenario file say, and what does one say?

`load` reads and checks a file, `describe` explains a key, `json_schema` teaches editors the format.
"""

from __future__ import annotations

from .descriptions import Description
from .explaining import describe, json_schema, keys
from .fields import Number
from .model import (
    Constellation,
    Environment,
    Formation,
    Payload,
    Power,
    Satellite,
    Scenario,
    Shells,
    Simulation,
    Sizing,
    Thermal,
    Walker,
)
from .reading import Document, Place, load, loads

__all__ = [
    "Constellation",
    "Description",
    "Document",
    "Environment",
    "Formation",
    "Number",
    "Payload",
    "Place",
    "Power",
    "Satellite",
    "Scenario",
    "Shells",
    "Simulation",
    "Sizing",
    "Thermal",
    "Walker",
    "describe",
    "json_schema",
    "keys",
    "load",
    "loads",
]
