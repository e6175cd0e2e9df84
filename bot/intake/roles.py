"""Who may do what at the front desk."""

from __future__ import annotations

from collections.abc import Mapping

# Everyone may read and work on intakes, and raise a verdict. Only a clinician may call something less urgent.
RIGHTS: Mapping[str, frozenset[str]] = {
    "desk": frozenset({"work"}),
    "clinician": frozenset({"work", "lower", "export"}),
    "admin": frozenset({"work", "export", "erase", "audit"}),
}
ROLES = tuple(RIGHTS)
