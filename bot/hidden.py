"""What is shown of an address: not who calls there, nor by which password."""

from __future__ import annotations

import re

WHOLE = re.compile(r"(?<=//).*@", re.DOTALL)
LOGIN = re.compile(r"(?<=://)[^\s/?#]*@")


def address(text: str) -> str:
    """One address, however odd: all up to its last @ is hidden."""
    return WHOLE.sub("***@", text)


def line(text: str) -> str:
    """Words with addresses in them."""
    return LOGIN.sub("***@", text)
