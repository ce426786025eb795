"""The least Textual app that has a header, a footer and a table."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import DataTable, Footer, Header


class BareApp(App[None]):
    """Nothing but the three."""

    def compose(self) -> ComposeResult:
        """A header, a table of one row and a footer."""
        yield Header()
        yield DataTable[str]()
        yield Footer()

    def on_mount(self) -> None:
        """Fill the table, so that its row's text tells of the first paint."""
        table = self.query_one(DataTable)
        table.add_column("column")
        table.add_row("only row")


if __name__ == "__main__":
    BareApp().run()
