from __future__ import annotations

import grp
import os
import pwd
from pathlib import Path

import pytest

from ipcviz.errors import ScenarioError
from ipcviz.scenarios.source import LARGEST, read


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "scenario.toml"
    file.write_text("one\ntwo\n")
    file.chmod(0o644)
    return file


def _refusal(file: Path) -> str:
    with pytest.raises(ScenarioError) as caught:
        read(file)
    return str(caught.value)


def test_a_file_that_only_its_owner_may_write_is_read(file: Path) -> None:
    assert read(file) == "one\ntwo\n"


def test_a_file_that_everybody_may_write_is_refused_with_the_cure(file: Path) -> None:
    file.chmod(0o646)
    why = "everybody may write it, and so decide which programs run"
    assert _refusal(file) == f"{file}: {why}; cure: chmod go-w {file}"
    assert read(file, trusted=True)


def test_a_file_in_a_directory_that_everybody_may_write_is_refused(file: Path) -> None:
    file.parent.chmod(0o1777)
    assert _refusal(file).startswith(f"{file.parent}: everybody may write it")


def test_a_link_is_judged_by_where_it_leads(file: Path) -> None:
    open_to_all = file.parent / "open"
    open_to_all.mkdir()
    open_to_all.chmod(0o777)
    moved = file.rename(open_to_all / "real.toml")
    file.symlink_to(moved)
    assert _refusal(file).startswith(f"{open_to_all}: everybody may write it")


def test_the_group_of_the_same_name_as_the_owner_may_write(file: Path) -> None:
    if grp.getgrgid(os.getgid()).gr_name != pwd.getpwuid(os.getuid()).pw_name:
        pytest.skip("this user has no group of the same name")
    file.chmod(0o664)
    assert read(file)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file to another group")
def test_another_group_may_not_write(file: Path) -> None:
    os.chown(file, -1, 12345)
    file.chmod(0o664)
    assert _refusal(file).startswith(f"{file}: its group may write it")


def test_a_fifo_is_refused_without_waiting_for_its_writer(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo.toml"
    os.mkfifo(fifo)
    assert _refusal(fifo) == f"{fifo}: not a regular file"


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    assert _refusal(tmp_path / "none.toml") == f"{tmp_path}/none.toml: No such file or directory"


def test_a_file_that_is_too_large_is_refused(file: Path) -> None:
    file.write_bytes(b"#" * (LARGEST + 1))
    assert "larger than" in _refusal(file)
    file.write_bytes(b"#" * LARGEST)
    assert len(read(file)) == LARGEST


def test_a_file_that_is_not_utf8_is_refused_with_its_line(file: Path) -> None:
    file.write_bytes(b"title = 'right'\ntitle = '\xff'\n")
    assert _refusal(file) == f"{file}:2: not UTF-8; save the file as UTF-8 text"


def test_a_name_full_of_escapes_does_not_reach_the_terminal(tmp_path: Path) -> None:
    assert "\x1b" not in _refusal(tmp_path / "\x1b[31mred.toml")
