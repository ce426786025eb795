"""The moment of a run that the screen shows: the present, or one in the past."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence

from ipcviz.events import Finding
from ipcviz.model import Model
from ipcviz.model.channel.message import Message
from ipcviz.model.fold_findings import key_of
from ipcviz.model.headline import Headline, headline
from ipcviz.model.history import History
from ipcviz.model.timeline import Timeline
from ipcviz.model.timeline.rows import Row
from ipcviz.session import Session


class Moment:
    """What every widget of a running scenario draws from, and the way through time.

    rows: gives what a person steps through: the rows of the timeline that are shown, in the
    order of their seq.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.rows: Callable[[], Sequence[Row]] = lambda: self.timeline.rows
        self.begin()

    def begin(self) -> None:
        """Show the present of the session's run, which may have been begun anew."""
        self._history = History(self.session.model, self.session.log)
        self.go_to(None)

    def go_to(self, row: Row | None) -> None:
        """Show how things stood when what the row tells had happened; without one, the present.

        Raises LookupError where that moment is not kept.
        """
        self._model = self.session.model if row is None else self._history.settled(row.seq)
        self._row = row
        self._headline: tuple[int, Headline] | None = None

    @property
    def past(self) -> bool:
        """Whether a moment in the past is shown. The run goes on meanwhile."""
        return self._row is not None

    @property
    def cursor(self) -> int | None:
        """The seq of the rows at which it is: what they tell has just happened, and rows with a
        higher one come later. Null for the present."""
        return self._row.seq if self._row is not None else None

    @property
    def model(self) -> Model:
        """How things stand at this moment."""
        return self._model

    @property
    def timeline(self) -> Timeline:
        """The story of the whole run, whichever moment is shown."""
        return self.session.timeline

    @property
    def message(self) -> Message | None:
        """The message that the row of this moment tells of, or else the last one by then. The row
        of one that was written may tell what became of it later."""
        row = self._row
        if row is not None and row.message is not None:
            return row.message.as_written() if row.kind == "message" else row.message
        last = [channel.last for channel in self.model.channels.values() if channel.last]
        return max(last, key=_brought_forward, default=None)

    def row_of(self, finding: Finding) -> Row | None:
        """The row that tells of a finding, if it is still kept. In other words, but as grave, it
        is told only once."""
        return next(
            (
                row
                for row in reversed(self.timeline.rows)
                if row.kind == "finding"
                and row.finding is not None
                and key_of(row.finding) == key_of(finding)
                and row.t <= finding.t
            ),
            None,
        )

    def now(self) -> int:
        """When it is, in nanoseconds since the run began."""
        return self._row.t if self._row is not None else self.session.log.now()

    def headline(self) -> Headline:
        """The sentence for this moment. Every widget asks; only an event changes it."""
        end = self.session.log.end
        if self._headline is None or self._headline[0] != end:
            self._headline = end, headline(self.model)
        return self._headline[1]

    @property
    def first(self) -> Row | None:
        """The oldest row whose moment is kept."""
        return self._from(self._history.first)

    @property
    def earlier(self) -> Row | None:
        """The row before this moment; null where there is none, or its moment is not kept."""
        rows = self.rows()
        index = len(rows) if self._row is None else bisect_left(rows, self._row.seq, key=_seq)
        return rows[index - 1] if index and rows[index - 1].seq >= self._history.first else None

    @property
    def later(self) -> Row | None:
        """The next row whose moment is kept; null after the last one, and in the present."""
        if self._row is None:
            return None
        return self._from(max(self._row.seq + 1, self._history.first))

    def _from(self, seq: int) -> Row | None:
        """The first row with this seq or a higher one."""
        rows = self.rows()
        index = bisect_left(rows, seq, key=_seq)
        return rows[index] if index < len(rows) else None


def _brought_forward(message: Message) -> int:
    return max(message.written, message.read or 0, message.lost or 0)


def _seq(row: Row) -> int:
    return row.seq
