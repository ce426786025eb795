from __future__ import annotations

import os
from pathlib import Path

from ipcviz.ui.source import Source, shown, source_of

NUMBERED = Source(tuple(f"line {number}" for number in range(1, 31)), 10)


def lines(folder: Path, text: str | bytes) -> list[tuple[int, str]]:
    file = folder / "program.py"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return source_of(str(file)).part(100)


def numbers(count: int, current: int | None = None, source: Source = NUMBERED) -> list[int]:
    return [number for number, _ in source.part(count, current)]


def test_a_script_is_shown_from_where_its_flow_begins(tmp_path: Path) -> None:
    text = '"""Words."""\n\nimport os\n\n\ndef one():\n    return 1\n\n\n# note\nprint(one())\n'
    assert lines(tmp_path, text)[0] == (11, "print(one())")


def test_a_script_that_only_calls_main_is_shown_from_main(tmp_path: Path) -> None:
    text = 'import os\n\ndef main():\n    pass\n\nif __name__ == "__main__":\n    main()\n'
    assert lines(tmp_path, text)[0] == (3, "def main():")


def test_any_other_program_is_shown_from_the_top(tmp_path: Path) -> None:
    assert lines(tmp_path, "#!/bin/sh\nread x < pipe\n")[0] == (1, "#!/bin/sh")
    assert lines(tmp_path, "import os\n")[0] == (1, "import os")


def test_its_text_cannot_act_on_the_terminal(tmp_path: Path) -> None:
    assert lines(tmp_path, b"\x1b[2J\tx = '[red]'\r\n\xff\n")[:2] == [
        (1, "        x = '[red]'"),
        (2, "�"),
    ]


def test_what_is_no_text_or_cannot_be_read_is_not_shown(tmp_path: Path) -> None:
    assert lines(tmp_path, b"\x7fELF\0\0") == []
    assert source_of(str(tmp_path / "nowhere")) == Source()
    assert source_of(str(tmp_path)) == Source()
    assert source_of("no\0file") == Source()


def test_a_fifo_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    assert source_of(str(tmp_path / "fifo")) == Source()


def test_a_file_that_was_changed_is_read_anew(tmp_path: Path) -> None:
    file = tmp_path / "program.py"
    file.write_text("old")
    assert source_of(str(file)).lines == ("old",)
    file.write_text("newer")
    assert source_of(str(file)).lines == ("newer",)
    file.unlink()
    assert source_of(str(file)).lines == ()


def test_the_part_stays_where_it_is_while_the_current_line_is_well_in_view() -> None:
    assert numbers(8) == numbers(8, 11) == numbers(8, 16) == list(range(11, 19))


def test_else_the_current_line_comes_into_the_middle() -> None:
    assert numbers(8, 17) == list(range(13, 21))
    assert numbers(8, 10) == list(range(6, 14))
    assert numbers(3, 13) == [12, 13, 14]
    assert numbers(1, 20) == [20]


def test_the_part_does_not_reach_beyond_the_text() -> None:
    assert numbers(8, 2) == list(range(1, 9))
    assert numbers(8, 30) == list(range(23, 31))
    assert numbers(50, 30) == list(range(1, 31))
    assert numbers(0, 30) == numbers(-1) == []


def test_the_current_line_is_in_the_program_or_in_a_module_beside_it(tmp_path: Path) -> None:
    program, module = tmp_path / "main.py", tmp_path / "lib" / "hooks.py"
    module.parent.mkdir()
    program.write_text("one\ntwo\n")
    module.write_text("three\n")
    own = source_of(str(program))
    for name in ("main.py", str(program), "lib/../main.py"):
        assert shown(str(program), (name, 2)) == (own, 2, "")
    beside = (source_of(str(module)), 1, "lib/hooks.py")
    assert shown(str(program), ("lib/hooks.py", 1)) == beside
    assert shown(str(program), (str(module), 1)) == beside


def test_anything_else_leaves_the_programs_own_text(tmp_path: Path) -> None:
    program = tmp_path / "mine" / "main.py"
    program.parent.mkdir()
    program.write_text("one\n")
    (tmp_path / "secret").write_text("mine\n")
    own = (source_of(str(program)), None, "")
    places = [None, ("main.py", 7), ("main.py", 0), ("nowhere.py", 1), ("../secret", 1)]
    for place in [*places, (str(tmp_path / "secret"), 1), (".", 1), ("", 1), ("\0", 1)]:
        assert shown(str(program), place) == own, place
    assert shown(None, ("main.py", 1)) == (Source(), None, "")
