"""The app in a real terminal, driven by keys alone, and what it shows held against /proc."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from e2e import kernel_truth
from headless_run import ipcviz
from terminal import Terminal
from waiting import wait_until

SIZES = [(80, 24), (120, 40), (200, 50)]
PIPES = ("main_to_worker", "worker_to_main")


@pytest.fixture
def runtime(tmp_path: Path) -> Path:
    """Where the FIFOs of the test's run stand."""
    tmp_path.chmod(0o700)
    return tmp_path


def terminal(runtime: Path, *arguments: str, size: tuple[int, int] = (120, 40)) -> Terminal:
    return Terminal(ipcviz(*arguments), *size, {"XDG_RUNTIME_DIR": str(runtime)})


def fifos(runtime: Path) -> dict[str, Path]:
    """The FIFOs of the one run that there is."""
    return {path.name: path for path in runtime.glob("ipcviz/*/*")}


def pid_of(screen: list[str], role: str) -> int:
    """The pid in the title of a role's pane or strip."""
    found = re.search(rf"\b{role} (\d+)", "\n".join(screen))
    assert found, f"no pid of {role} in\n" + "\n".join(screen)
    return int(found[1])


def pane(screen: list[str], role: str) -> str:
    """The first row of a role's pane: its state, call and how long, or all of its strip."""
    for title, row in itertools.pairwise(screen):
        found = re.search(rf"(┏━|╭─) {role} ", title)
        if found:
            border, inside = row[found.start()], row[found.start() + 1 :]
            return inside.partition(border)[0]
    return next((row for row in screen if row.startswith(f" {role} ")), "")


def wait_for_pane(shown: Terminal, role: str, *words: str) -> list[str]:
    """Wait until the row holds all the words, and give the screen then."""

    def holds() -> list[str] | None:
        screen = shown.screen()
        return screen if all(word in pane(screen, role) for word in words) else None

    try:
        return wait_until(holds, f"{role} shows {words}") or []
    except AssertionError as error:
        raise AssertionError("\n".join([str(error), *shown.screen()])) from None


@pytest.mark.parametrize("size", SIZES)
def test_main_first_by_keys_alone(runtime: Path, size: tuple[int, int]) -> None:
    with terminal(runtime, size=size) as shown:
        shown.wait_for("Basic named pipes, main first")
        shown.keys("Down", "Enter")
        shown.wait_for("Nothing runs yet. Start main or worker.")
        shown.keys("m")
        screen = wait_for_pane(shown, "main", "BLOCKED", "read(worker_to_main)")
        main = pid_of(screen, "main")
        truth = kernel_truth.truth(main)
        assert truth is not None
        assert (truth.letter, truth.call) == ("S", "read")
        path = fifos(runtime)["worker_to_main"]
        assert kernel_truth.opened(main, truth.arguments[0]) == str(path)
        shown.keys("w")
        wait_for_pane(shown, "main", "EXITED")
        wait_for_pane(shown, "worker", "EXITED")
        assert not Path(f"/proc/{main}").exists()
        shown.keys("q")
        assert shown.wait_exit() == 0


@pytest.fixture
def provider(runtime: Path) -> Iterator[Terminal]:
    """fork-provider, with main ready for a hook."""
    with terminal(runtime, "run", "fork-provider") as shown:
        shown.wait_for("Start provider")
        shown.keys("p")
        wait_for_pane(shown, "main", "READY")
        yield shown
        shown.keys("q")
        assert shown.wait_exit() == 0


def wait_for_rows(shown: Terminal, text: str, count: int) -> None:
    """Wait until the timeline, the lower half of the screen, holds so many rows with the text."""
    rows = 20
    wait_until(
        lambda: sum(text in row for row in shown.screen()[rows:]) == count, f"{count} x {text}"
    )


def focus(shown: Terminal, role: str) -> None:
    """Press tab until the role's pane has the heavy border."""
    seen: list[str] = []
    for _ in range(4):
        wait_until(lambda: focused(shown) not in ("", *seen[-1:]), "the focus moves")
        seen.append(focused(shown))
        if seen[-1] == role:
            return
        shown.keys("Tab")
    raise AssertionError(f"{role} never has the focus, only {seen}")


def focused(shown: Terminal) -> str:
    """The title of what has the heavy border, without the pid."""
    found = re.search(r"┏━ (\w+)", "\n".join(shown.screen()))
    return found[1] if found else ""


def test_a_worker_killed_between_hooks_leaves_main_waiting(
    provider: Terminal, runtime: Path
) -> None:
    for count in (1, 2, 3):
        provider.keys("f")
        wait_for_rows(provider, "fire a hook", count)
        wait_for_pane(provider, "main", "READY")
    screen = provider.screen()
    main, worker = pid_of(screen, "main"), pid_of(screen, "worker")
    focus(provider, "worker")
    provider.keys("K")
    wait_for_pane(provider, "worker", "ZOMBIE")
    wait_for_pane(provider, "main", "READY")
    zombie = kernel_truth.truth(worker)
    assert zombie is not None
    assert zombie.letter == "Z"
    provider.keys("f")
    wait_for_pane(provider, "main", "BLOCKED", "read(worker_to_main)")
    truth = kernel_truth.truth(main)
    assert truth is not None
    assert truth.call == "read"
    assert kernel_truth.opened(main, truth.arguments[0]) == str(fifos(runtime)["worker_to_main"])
    provider.wait_for("━ ! self-held-end")


def test_a_paused_worker_lets_the_gauge_fill(provider: Terminal, runtime: Path) -> None:
    main = pid_of(provider.screen(), "main")
    focus(provider, "worker")
    provider.keys("z")
    wait_for_pane(provider, "worker", "STOPPED")
    provider.keys("f")
    wait_for_pane(provider, "main", "BLOCKED", "read(worker_to_main)")
    path = fifos(runtime)["main_to_worker"]
    descriptor, _ = kernel_truth.descriptors(main, path)[0]
    queued = kernel_truth.queued(main, descriptor)
    assert queued > 0
    gauge = next(row for row in provider.screen() if "main_to_worker  " in row)
    assert re.search(rf"main_to_worker +{queued} B", gauge)
    provider.keys("z")
    wait_for_pane(provider, "main", "READY")
    wait_until(lambda: shows_empty(provider), "both pipes are empty")
    assert kernel_truth.queued(main, descriptor) == 0


def test_a_key_right_after_tab_means_the_new_focus(provider: Terminal) -> None:
    before = focused(provider)
    provider.keys("Tab", "z")
    wait_until(lambda: focused(provider) not in ("", before), "the focus moves")
    wait_for_pane(provider, focused(provider), "STOPPED")
    assert "READY" in pane(provider.screen(), before)


def shows_empty(shown: Terminal) -> bool:
    rows = "\n".join(shown.screen())
    return all(re.search(rf"{name} +empty", rows) for name in PIPES)


def test_below_80_columns_one_sentence_asks_for_room(runtime: Path) -> None:
    with terminal(runtime, "run", "signals", size=(70, 20)) as shown:
        screen = shown.wait_for("80")
        assert len([row for row in screen if row.strip()]) <= 3
        shown.resize(80, 24)
        shown.wait_for("Nothing runs yet")
        shown.keys("q")
        assert shown.wait_exit() == 0


def test_hostile_output_breaks_nothing(runtime: Path, tmp_path: Path) -> None:
    file = tmp_path / "hostile.toml"
    script = (
        r"printf '\033[2J\033[31mred [/] [bold]x \033]0;title\007\377\n';"
        r" head -c 10000000 /dev/zero | tr '\0' 'x'; echo; echo the end; sleep 600"
    )
    file.write_text(
        'format = 1\nid = "hostile"\ntitle = "Hostile"\n[roles.one]\n'
        f"""command = ["sh", "-c", '''{script}''']\n"""
    )
    with terminal(runtime, "run", str(file)) as shown:
        shown.wait_for("Start one")
        shown.keys("o")
        screen = shown.wait_for("the end")
        assert any("red [/] [bold]x \\xff" in row for row in screen)
        shown.wait_for("BLOCKED")
        shown.keys("q")
        assert shown.wait_exit() == 0
