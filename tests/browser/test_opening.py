"""Would the tests of the pages notice a page that asks the network, or fails?"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

type OpenPage = Callable[..., Page]

HEAD = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Page</title>'
NO_ICON = '<link rel="icon" href="data:,">'
NO_SCRIPT = """<meta http-equiv="Content-Security-Policy" content="script-src 'none'">"""


def page_with(folder: Path, body: str) -> Path:
    path = folder / "page.html"
    path.write_text(f"{HEAD}{NO_ICON}<main><h1>Page</h1>{body}</main>", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("body", "trouble"),
    [
        ('<img alt="" src="https://example.com/a.png">', "request: https://example.com/a.png"),
        ('<img alt="" src="beside.png">', "request: file://"),
        ("<script>fetch('https://example.com/b')</script>", "request: https://example.com/b"),
        ("<script>console.error('wrong')</script>", "console error: wrong"),
        ("<script>console.warn('odd')</script>", "console warning: odd"),
        ("<script>nothing.here()</script>", "page error: nothing is not defined"),
        ("<script>Promise.reject(new Error('lost'))</script>", "page error: lost"),
        (f"{NO_SCRIPT}<script>1</script>", "console error: "),
    ],
    ids=["picture", "neighbour", "fetch", "error", "warning", "exception", "promise", "policy"],
)
def test_a_trouble_is_noticed(
    open_page: OpenPage, troubles: list[str], tmp_path: Path, body: str, trouble: str
) -> None:
    page = open_page(page_with(tmp_path, body))
    page.wait_for_timeout(200)  # time to hear of what goes on after the page was loaded
    heard = list(troubles)
    troubles.clear()
    assert any(line.startswith(trouble) for line in heard), heard


def test_a_page_may_hold_pictures(open_page: OpenPage, tmp_path: Path) -> None:
    picture = '<img alt="" src="data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=">'
    page = open_page(page_with(tmp_path, picture), fragment="anywhere")
    assert page.locator("img").count() == 1


def test_axe_names_rule_and_place(
    open_page: OpenPage, axe: Callable[[Page], list[str]], tmp_path: Path
) -> None:
    page = open_page(page_with(tmp_path, '<img id="bare" src="data:,">'))
    assert any("image-alt" in line and "#bare" in line for line in axe(page))
