"""Two records that are one: what hangs on a record, whose value counts, moving it along, and parting them again.

A record type takes part when its model has `merged_into` and its declaration offers the two verbs. What moves is found in
the registry: parts by their `record`, links by the model they point to. Nothing here knows a record type by name.
"""

from tend.kernel.merging.comparing import Merging, is_mergeable
from tend.kernel.merging.events import merge_asked, records_merged, records_parted
from tend.kernel.merging.leading import known_as, lead_on, leads_to, merged_chain, merged_from
from tend.kernel.merging.rules import ask_to_merge, ask_to_part

__all__ = [
    "Merging", "ask_to_merge", "ask_to_part", "is_mergeable", "known_as", "lead_on", "leads_to", "merge_asked", "merged_chain", "merged_from",
    "records_merged", "records_parted",
]  # fmt: skip
