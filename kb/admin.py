"""`AdminServices`: the books of one knowledge base together."""

from __future__ import annotations

from kb.accounts.api_keys import ApiKeys
from kb.accounts.audit_log import AuditLog
from kb.accounts.users import UserAccounts
from kb.editorial.events import EventService
from kb.editorial.review import Review
from kb.editorial.trash import Trash
from kb.editorial.vocabulary import VocabularyService
from kb.knowledge_base import KnowledgeBase
from kb.monitoring.metrics import Metrics
from kb.monitoring.unanswered_queries import UnansweredQueries
from kb.uploads.batches import BatchService
from kb.uploads.periodic_task import PeriodicTask


class AdminServices:
    """What editors and admins work with, over one open knowledge base."""

    def __init__(self, base: KnowledgeBase) -> None:
        self.base = base
        self.audit = AuditLog(base.database)
        self.people = UserAccounts(base.database, self.audit)
        self.keys = ApiKeys(base.database, self.audit)
        self.words = VocabularyService(base, self.audit)
        self.batches = BatchService(base, self.audit)
        self.review = Review(base, self.audit)
        self.gatherings = EventService(base, self.audit)
        self.removal = Trash(base, self.audit, self.batches.blank)
        self.gaps = UnansweredQueries(base, self.audit)
        self.metrics = Metrics(base, self.batches, self.gaps)
        self.duties: list[PeriodicTask] = []  # what the worker does from time to time
        self.duties.append(PeriodicTask("purge what is due", 60.0, self.removal.purge_due))
        self.duties.append(PeriodicTask("keep the gaps", 3600.0, self.gaps.keep))
        self.duties.append(PeriodicTask("cut documents anew", 5.0, self.words.finish))
