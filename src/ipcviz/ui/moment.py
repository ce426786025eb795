"""The moment of a run that the screen shows."""

from __future__ import annotations

from ipcviz.model import Model
from ipcviz.model.headline import Headline, headline
from ipcviz.model.timeline import Timeline
from ipcviz.session import Session


class Moment:
    """What every widget of a running scenario draws from."""

    def __init__(self, session: Session) -> None:
        self.session = session

    @property
    def model(self) -> Model:
        """How things stand at this moment."""
        return self.session.model

    @property
    def timeline(self) -> Timeline:
        """The story of the whole run."""
        return self.session.timeline

    def now(self) -> int:
        """When it is, in nanoseconds since the run began."""
        return self.session.log.now()

    def headline(self) -> Headline:
        """The sentence for this moment."""
        return headline(self.model)
