"""`Desk`: the books of one knowledge base together."""

from __future__ import annotations

from kb.base import KnowledgeBase
from kb.desk.audit import Audit
from kb.desk.batches import Batches
from kb.desk.duties import Duty
from kb.desk.gaps import Gaps
from kb.desk.gatherings import Gatherings
from kb.desk.keys import Keys
from kb.desk.metrics import Metrics
from kb.desk.people import People
from kb.desk.removal import Removal
from kb.desk.review import Review
from kb.desk.words import Words


class Desk:
    """What editors and admins work with, over one open knowledge base."""

    def __init__(self, base: KnowledgeBase) -> None:
        self.base = base
        self.audit = Audit(base.database)
        self.people = People(base.database, self.audit)
        self.keys = Keys(base.database, self.audit)
        self.words = Words(base, self.audit)
        self.batches = Batches(base, self.audit)
        self.review = Review(base, self.audit)
        self.gatherings = Gatherings(base, self.audit)
        self.removal = Removal(base, self.audit, self.batches.blank)
        self.gaps = Gaps(base, self.audit)
        self.metrics = Metrics(base, self.batches, self.gaps)
        self.duties: list[Duty] = []  # what the worker does from time to time
        self.duties.append(Duty("purge what is due", 60.0, self.removal.purge_due))
        self.duties.append(Duty("keep the gaps", 3600.0, self.gaps.keep))
        self.duties.append(Duty("cut documents anew", 5.0, self.words.finish))
