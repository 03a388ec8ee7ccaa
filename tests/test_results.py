"""Is a results folder always whole, and never silently wrong?"""

from __future__ import annotations

import math
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from sunstack import results
from sunstack.errors import ResultsError
from sunstack.results import Results

WRITER = """
import sys
from pathlib import Path
import polars as pl
from sunstack import results
number = 0
print("ready", flush=True)
while True:
    number += 1
    summary = {"schema_version": results.SCHEMA_VERSION, "number": number}
    table = pl.DataFrame({"number": [number] * 20_000})
    results.write(
        results.Results(manifest={"schema_version": results.SCHEMA_VERSION, "number": number},
                        summary=summary,
                        tables={"rows": table}),
        Path(sys.argv[1]),
    )
"""


def example(number: int = 7) -> Results:
    return Results(
        manifest={"schema_version": results.SCHEMA_VERSION},
        summary={"schema_version": results.SCHEMA_VERSION, "number": number},
        tables={"rows": pl.DataFrame({"number": [number, number]})},
    )


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    written = results.write(
        results.with_documents(example(), {"report.html": "<p>x"}), tmp_path / "r"
    )
    found = results.read(written)
    assert found.summary["number"] == 7
    assert found.tables["rows"]["number"].to_list() == [7, 7]
    assert (written / "report.html").read_text() == "<p>x"
    assert set(found.manifest["files"]) == {"report.html", "rows.parquet", "summary.json"}


def test_a_second_run_replaces_the_first_whole_and_leaves_nothing_beside(tmp_path: Path) -> None:
    results.write(results.with_documents(example(1), {"report.html": "old"}), tmp_path / "r")
    results.write(example(2), tmp_path / "r")
    assert results.read(tmp_path / "r").summary["number"] == 2
    assert not (tmp_path / "r" / "report.html").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["r"]


def test_a_folder_is_whole_whenever_the_writer_is_killed(tmp_path: Path) -> None:
    folder = tmp_path / "r"
    results.write(example(0), folder)
    chance = random.Random(5)
    for _ in range(6):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(folder)], stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        time.sleep(chance.uniform(0.0, 0.25))
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        found = results.read(folder)  # checks every file's hash
        assert found.tables["rows"]["number"].unique().to_list() == [found.summary["number"]]
    results.write(example(1), folder)
    assert [path.name for path in tmp_path.iterdir()] == ["r"], "leftovers of killed runs are swept"


def test_an_old_folder_set_aside_by_a_killed_run_is_restored(tmp_path: Path) -> None:
    results.write(example(3), tmp_path / "r")
    (tmp_path / "r").rename(tmp_path / ".r.99999999.abcdefgh.old")
    results._sweep(tmp_path / "r")
    assert results.read(tmp_path / "r").summary["number"] == 3


def test_folders_are_replaced_where_they_cannot_be_exchanged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    results.write(example(1), tmp_path / "r")
    monkeypatch.setattr(results, "_exchange", lambda one, other: False)
    results.write(example(2), tmp_path / "r")
    assert results.read(tmp_path / "r").summary["number"] == 2
    assert [path.name for path in tmp_path.iterdir()] == ["r"]


def test_foreign_folders_and_files_are_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.tex").write_text("years of work")
    with pytest.raises(ResultsError, match=r"holds what no run wrote \(chapter\.tex\)"):
        results.write(example(), tmp_path / "thesis")
    (tmp_path / ".thesis.backup").mkdir()
    (tmp_path / "thesis" / "manifest.json").write_text('{"name": "my app"}')
    with pytest.raises(ResultsError, match="holds what no run wrote"):
        results.write(example(), tmp_path / "thesis")
    results.write(example(), tmp_path / "r")
    (tmp_path / "r" / "notes.txt").write_text("mine")
    with pytest.raises(ResultsError, match=r"holds what no run wrote \(notes\.txt\)"):
        results.write(example(), tmp_path / "r")
    assert (tmp_path / "thesis" / "chapter.tex").exists()
    (tmp_path / "file").write_text("x")
    with pytest.raises(ResultsError, match="is a file or a link"):
        results.write(example(), tmp_path / "file")


def test_missing_altered_and_older_results_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match="holds no results"):
        results.read(tmp_path)
    folder = results.write(example(), tmp_path / "r")
    (folder / "rows.parquet").write_bytes(b"")
    with pytest.raises(ResultsError, match=r"rows\.parquet: missing or not as the run wrote it"):
        results.read(folder)
    other = Results(manifest={}, summary={"schema_version": 99}, tables={})
    with pytest.raises(ResultsError, match="schema_version 99"):
        results.read(results.write(other, tmp_path / "s"))


def test_numbers_are_rounded_and_what_is_not_finite_is_named() -> None:
    assert results.rounded({"a": [1.23456789, 2], "b": "x"}) == {"a": [1.23457, 2], "b": "x"}
    with pytest.raises(ResultsError, match=r"summary\.groups\.1\.heat_w came out as nan"):
        results.rounded({"groups": [{"heat_w": 1.0}, {"heat_w": math.nan}]})


def test_files_are_added_in_one_step_and_sealed(tmp_path: Path) -> None:
    folder = results.write(results.with_documents(example(), {"a.html": "a"}), tmp_path / "r")
    results.add(folder, {"a.pdf": b"paper", "a.html": b"b"})
    found = results.read(folder)
    assert found.documents == {"a.html": "b"}
    assert (folder / "a.pdf").read_bytes() == b"paper"
    assert set(found.manifest["files"]) == {"a.html", "a.pdf", "rows.parquet", "summary.json"}
    assert [path.name for path in tmp_path.iterdir()] == ["r"]
    # A later run may replace what was added to an earlier one.
    results.write(example(2), folder)
    assert not (folder / "a.pdf").exists()


def test_a_file_that_cannot_be_written_leaves_nothing_and_the_old_one(tmp_path: Path) -> None:
    results.write_file(tmp_path / "x", b"old")
    (tmp_path / "folder").mkdir()
    with pytest.raises(ResultsError, match="cannot be written"):
        results.write_file(tmp_path / "folder", b"new")
    with pytest.raises(ResultsError, match="cannot be written"):
        results.write_file(tmp_path / "missing" / "x", b"new")
    assert (tmp_path / "x").read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "x"]


def test_a_notebook_shows_the_page_in_a_frame_it_cannot_leave() -> None:
    page = "<script>alert('\"')</script>"
    shown = results.with_documents(example(), {"report.html": page})._repr_html_()
    assert "<script" not in shown
    assert 'sandbox="allow-scripts ' in shown
    assert "allow-same-origin" not in shown
    assert "no report.html" in example()._repr_html_()


def test_what_else_lies_in_the_folder_is_kept_when_files_are_added(tmp_path: Path) -> None:
    folder = results.write(example(), tmp_path / "r")
    (folder / "notes.txt").write_text("mine")
    (folder / "more").mkdir()
    results.add(folder, {"a.pdf": b"paper"})
    assert (folder / "notes.txt").read_text() == "mine"
    assert (folder / "more").is_dir()
    assert "notes.txt" not in results.read(folder).manifest["files"]
    with pytest.raises(ResultsError, match=r"more, notes\.txt"):
        results.write(example(2), folder)


def test_a_linked_folder_stays_linked(tmp_path: Path) -> None:
    folder = results.write(example(), tmp_path / "real")
    (tmp_path / "link").symlink_to(folder)
    results.add(tmp_path / "link", {"a.pdf": b"paper"})
    assert (tmp_path / "link").is_symlink()
    assert (folder / "a.pdf").read_bytes() == b"paper"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "real"]


def test_a_page_that_is_lost_or_changed_spoils_no_results(tmp_path: Path) -> None:
    folder = results.write(results.with_documents(example(), {"report.html": "a"}), tmp_path / "r")
    (folder / "report.html").write_text("edited")
    assert results.read(folder).documents == {"report.html": "edited"}
    (folder / "report.html").unlink()
    assert results.read(folder).documents == {}
    results.add(folder, {"report.html": b"new"})
    assert results.read(folder).documents == {"report.html": "new"}
