"""A run in a file: its log as JSON Lines, the same lines as `--json` prints."""
