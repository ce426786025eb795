"""The hooks that a worker knows, and how it answers a request."""

import json
import re


def format_message(body, headers):
    filled = [f"{name.capitalize()}: {value}" for name, value in headers.items() if value]
    return "\n".join([*filled, "----", body])


def always_fails(*args):
    raise RuntimeError("this hook never works")


HOOKS = {"format_message": format_message, "always_fails": always_fails}


def answer(request):
    """The line that answers a line: exit status 0 and what the hook made, or 1 and why not."""
    hook = json.loads(request)["hook"]
    try:
        payload = HOOKS[snake_case(hook["name"])](*hook["args"])
        response = {"exitStatus": 0, "payload": payload}
    except Exception as error:  # whatever a hook does, the worker lives on
        response = {"exitStatus": 1, "payload": repr(error)}
    return json.dumps(response) + "\n"


def snake_case(name):
    """formatMessage becomes format_message."""
    return re.sub("[A-Z]", lambda letter: "_" + letter[0].lower(), name)
