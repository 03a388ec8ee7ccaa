"""Which element sets does a file hold, whatever form it has?"""

from __future__ import annotations

import re
from pathlib import Path

from sunstack.errors import CatalogueError

from . import omm, tle
from .problems import Problems
from .records import ElementSet

MOST_BYTES = 256 * 2**20


def load(path: Path) -> tuple[ElementSet, ...]:
    """Read a file of element sets.

    Raises:
        CatalogueError: it cannot be read, or anything in it cannot be used; lists every problem.
    """
    try:
        with path.open("rb") as file:
            held = file.read(MOST_BYTES + 1)
        if len(held) > MOST_BYTES:
            raise CatalogueError(f"{path}: is larger than {MOST_BYTES >> 20} MiB; split it")
        text = held.decode("utf-8-sig")
    except OSError as error:
        raise CatalogueError(
            f"{path}: cannot be read: {error.strerror}; write the path of a file of element sets"
        ) from error
    except UnicodeDecodeError as error:
        raise CatalogueError(
            f"{path}: byte {error.start} is no UTF-8 text; write TLE or OMM"
        ) from error
    return loads(text, path=str(path))


def loads(text: str, *, path: str = "element sets") -> tuple[ElementSet, ...]:
    """Read element sets from a text: TLE, or OMM as JSON, CSV, key-value or XML.

    Args:
        text: the file.
        path: its name, for messages.

    Raises:
        CatalogueError: anything in it cannot be used; lists every problem.
    """
    problems = Problems(path)
    begun = text.lstrip()[:4096]
    if begun.startswith(("[", "{")):
        found = omm.read_json(text, problems)
    elif begun.startswith("<"):
        found = omm.read_xml(text, problems)
    elif "NORAD_CAT_ID" in re.findall(r"[A-Z_]+", begun.split("\n", 1)[0]):
        found = omm.read_csv(text, problems)
    elif begun.startswith("CCSDS_OMM_VERS"):
        found = omm.read_key_value(text, problems)
    else:
        found = tle.read(text, problems)
    problems.refuse_if_any()
    if not found:
        raise CatalogueError(
            f"{path}: holds no element set; write TLE, or OMM as JSON, CSV, KVN or XML"
        )
    return tuple(found)
