from __future__ import annotations

from string import ascii_lowercase

from ipcviz.scenarios.keys import RESERVED, role_keys
from ipcviz.scenarios.schema import Action, Role, Scenario


def _scenario(roles: dict[str, str | None], actions: str = "") -> Scenario:
    return Scenario(
        format=1,
        id="keys",
        title="Keys",
        roles={name: Role(command=("true",), key=key) for name, key in roles.items()},
        actions={f"act-{key}": Action(key=key, label=key, start="main") for key in actions},
    )


def test_a_role_has_the_first_letter_of_its_name() -> None:
    roles = dict.fromkeys(("main", "worker", "provider"))
    assert role_keys(_scenario(roles)) == {"main": "m", "worker": "w", "provider": "p"}


def test_letters_that_are_taken_are_passed_over() -> None:
    roles = {"first": "i", "kiwi": None, "main": None, "Mild": None}
    assert role_keys(_scenario(roles, actions="mw")) == {
        "first": "i",
        "kiwi": "b",  # k is the app's, i the first role's, w the action's
        "main": "c",
        "Mild": "l",
    }


def test_f_is_left_to_firing_hooks() -> None:
    assert role_keys(_scenario({"feeder": None}))["feeder"] == "b"


def test_where_no_letter_is_free_there_is_no_key() -> None:
    many = {f"role{number}": None for number in range(30)}
    keys = role_keys(_scenario(dict(many)))
    given = [key for key in keys.values() if key is not None]
    assert sorted(given) == sorted(set(ascii_lowercase) - RESERVED - {"f"})
