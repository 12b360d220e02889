"""Django finds the kernel's tables here; each lives in its own room."""

from tend.kernel.files.models import StoredFile, StoredText
from tend.kernel.history import Change
from tend.kernel.idempotency import IdempotencyKey
from tend.kernel.imports.models import Import, ImportFault, ImportTrace
from tend.kernel.jobs.models import Job, Slot
from tend.kernel.limits import Tries
from tend.kernel.notices import Notice
from tend.kernel.operations import Operation, Refusal
from tend.kernel.organisation import Organisation
from tend.kernel.traits.characteristics import CharacteristicDefinition
from tend.kernel.traits.tags import Tag
from tend.kernel.views import SavedView, ViewPin

__all__ = [
    "Change", "CharacteristicDefinition", "IdempotencyKey", "Import", "ImportFault", "ImportTrace", "Job", "Notice", "Operation", "Organisation", "Refusal", "SavedView", "Slot", "StoredFile", "StoredText", "Tag", "Tries", "ViewPin",
]  # fmt: skip
