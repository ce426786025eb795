"""What the keys that step through time do."""

from __future__ import annotations

from ipcviz.events import Finding
from ipcviz.model.timeline.rows import Row
from ipcviz.session import Session
from ipcviz.ui.moment import Moment
from ipcviz.ui.screens.sized import SizedScreen


class MomentActions(SizedScreen):
    """A screen with a session that shows one moment of it."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.moment = Moment(session)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a command can be given now; only such are bound and shown."""
        if action in ("step_back", "to_first"):
            return self.moment.earlier is not None
        if action in ("step_on", "to_present"):
            return self.moment.past
        if action == "show_message":
            return self.moment.message is not None
        return True

    def action_step_back(self) -> None:
        """Show the moment of the row before."""
        self._show(self.moment.earlier)

    def action_step_on(self) -> None:
        """Show the moment of the next row; after the last one, the present."""
        self._show(self.moment.later)

    def action_to_first(self) -> None:
        """Show the moment of the first row that is kept."""
        self._show(self.moment.first)

    def action_to_present(self) -> None:
        """Show the run as it goes on."""
        if self.moment.past:
            self._show(None)

    def action_show_message(self) -> None:
        """Show the message that this moment tells of in full."""
        from ipcviz.ui.screens.message import MessageScreen

        message = self.moment.message
        if message is not None:
            self.app.push_screen(MessageScreen(message, self.moment.model))

    def action_show_findings(self) -> None:
        """Show what is found at this moment, to choose one and go to its own."""
        from ipcviz.ui.screens.findings import FindingsScreen

        self.app.push_screen(FindingsScreen(self.moment), self._show_moment_of_finding)

    def show_moment_of(self, row: Row | None) -> None:
        """Show the moment of a row that was chosen, or the present."""
        try:
            self._show(row)
        except LookupError:
            self._not_kept()

    def _show_moment_of_finding(self, finding: Finding | None) -> None:
        row = self.moment.row_of(finding) if finding is not None else None
        if row is not None:
            self.show_moment_of(row)
        elif finding is not None:
            self._not_kept()

    def _not_kept(self) -> None:
        self.notify("That moment is not kept any more.", severity="warning", markup=False)

    def _show(self, row: Row | None) -> None:
        self.moment.go_to(row)
        self.redraw()
