"""The moment of a run that the screen shows: now, or one in the past."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ipcviz.model import Model
from ipcviz.model.headline import Headline, headline
from ipcviz.model.history import History
from ipcviz.model.rows import Row
from ipcviz.model.timeline import Timeline
from ipcviz.session import Session


class Moment:
    """What every widget of a running scenario draws from, and the way through time.

    rows: what a person steps through, in order: the rows of the timeline that are shown.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.rows: Callable[[], Sequence[Row]] = lambda: self.timeline.rows
        self.begin()

    def begin(self) -> None:
        """Show the run as it is now, which may have been begun anew."""
        self._history = History(self.session.model, self.session.log)
        self.to_present()

    @property
    def past(self) -> bool:
        """Whether a moment in the past is shown. The run goes on meanwhile."""
        return self._row is not None

    @property
    def cursor(self) -> int | None:
        """The seq of the rows of the timeline at which it is: what they tell has just happened,
        and what has a higher one comes later. Null for the present."""
        return self._row.seq if self._row is not None else None

    @property
    def model(self) -> Model:
        """How things stand at this moment."""
        return self._model

    @property
    def timeline(self) -> Timeline:
        """The story of the whole run, whichever moment is shown."""
        return self.session.timeline

    def now(self) -> int:
        """When it is, in nanoseconds since the run began."""
        return self._row.t if self._row is not None else self.session.log.now()

    def headline(self) -> Headline:
        """The sentence for this moment."""
        return headline(self.model)

    def to_present(self) -> None:
        """Show the run as it goes on."""
        self._row: Row | None = None
        self._model = self.session.model

    def go_to(self, row: Row) -> None:
        """Show the moment just after what this row tells. LookupError if it is not kept."""
        self._model = self._history.at(row.seq)
        self._row = row
