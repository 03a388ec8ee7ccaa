"""How does one begin a scenario of one's own?"""

from __future__ import annotations

import json
from pathlib import Path

from ..errors import ScenarioError
from .explaining import json_schema

SCHEMA_NAME = "sunstack.schema.json"


def write(path: Path, example: Path) -> Path:
    """Copy a scenario to `path`, tell editors its format, and return the schema's path.

    Raises:
        ScenarioError: the name is no scenario's, something stands there, or it cannot be written.
    """
    if path.suffix not in (".yaml", ".yml"):
        raise ScenarioError(f"{path}: a scenario's name ends in .yaml; write {path.stem}.yaml")
    schema = path.with_name(SCHEMA_NAME)
    text = f"# yaml-language-server: $schema={SCHEMA_NAME}\n" + example.read_text("utf-8")
    try:
        with path.open("x", encoding="utf-8") as stream:
            stream.write(text)
        schema.write_text(json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n", "utf-8")
    except FileExistsError as error:
        raise ScenarioError(f"{path}: exists already; choose another name") from error
    except OSError as error:
        raise ScenarioError(f"{path}: cannot be written: {error.strerror}") from error
    return schema
