"""The stage of `tests/bot`, with its admin."""

from tests.bot.conftest import api, sim, stage
from tests.bot.test_doubt import admin

__all__ = ["admin", "api", "sim", "stage"]
