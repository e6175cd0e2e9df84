"""The code that patient and front desk can quote."""

from __future__ import annotations

import secrets

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that are mistaken for one another on the phone


def new_reference() -> str:
    """Return a code that cannot be guessed from others: 40 bits, as ABCD-EFGH."""
    code = "".join(secrets.choice(_LETTERS) for _ in range(8))
    return f"{code[:4]}-{code[4:]}"
