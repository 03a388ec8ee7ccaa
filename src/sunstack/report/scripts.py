"""Which programs does a page carry, and which may it run?

The page's own modules, joined to one script in the order they import each other, and Plotly's
script from its package, compressed. A page names the SHA-256 of both in its content security
policy: nothing else that might come into it can run.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import importlib.metadata
import json
import re
from functools import cache
from importlib.resources import files
from typing import Any

from markupsafe import Markup

FIRST = "page.js"
IMPORT = re.compile(r'^import \{[^}]*\} from "\./([\w-]+\.js)";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(async )?(function|const|let|class)\b)", re.MULTILINE)


@cache
def program() -> str:
    """Write the page's modules as one script whose names nobody else sees."""
    bodies = (EXPORT.sub("", IMPORT.sub("", _module(name))) for name in _in_order(FIRST, []))
    return '(() => {\n"use strict";\n' + "\n".join(bodies) + "})();\n"


def _module(name: str) -> str:
    return files("sunstack.report").joinpath("page", name).read_text("utf-8")


def _in_order(name: str, known: list[str]) -> list[str]:
    """List a module after all it imports, each once."""
    for wanted in IMPORT.findall(_module(name)):
        if wanted not in known:
            _in_order(wanted, known)
    if name not in known:
        known.append(name)
    return known


@cache
def globe_style() -> str:
    """The globe's own style sheet."""
    return _module("globe.css")


@cache
def what_if_style() -> str:
    """The style sheet of sliders and their answers."""
    return _module("whatif.css")


@cache
def plotly() -> str:
    """Plotly's script, as its package carries it."""
    package = importlib.metadata.distribution("plotly")
    with open(str(package.locate_file("plotly/package_data/plotly.min.js")), "rb") as file:
        return file.read().decode("utf-8")


@cache
def packed_plotly() -> str:
    """The same, compressed and as text: 2 MB in place of 4.8."""
    return base64.b64encode(gzip.compress(plotly().encode(), 9, mtime=0)).decode("ascii")


@cache
def policy() -> str:
    """What a page may load: nothing; what it may run: its own two scripts."""
    scripts = " ".join(f"'sha256-{_sha256(text)}'" for text in (program(), plotly()))
    return (
        f"default-src 'none'; script-src {scripts}; style-src 'unsafe-inline'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )


def _sha256(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")


def json_in_page(tree: Any) -> Markup:
    """Write JSON that no page takes for a tag."""
    written = json.dumps(tree, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for letter in "<>&":
        written = written.replace(letter, f"\\u{ord(letter):04x}")
    return Markup(written)
