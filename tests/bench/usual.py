"""
The usual way, as python-telegram-bot's examples and SQLAlchemy's tutorial add up to it.

Application with its Updater, a PollAnswerHandler, and for each vote an AsyncSession, `merge` and `commit`. Votes are
acknowledged when they stand in a queue in memory, so what is measured here is when they are committed.

By hand: python -m tests.bench.usual poll|webhook URL_OR_PORT DATABASE SYNCHRONOUS VOTES LIMIT_S
"""

import asyncio
import logging
import sys
from datetime import UTC, datetime

from sqlalchemy import DateTime, String, event
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from telegram import Update
from telegram.ext import Application, ContextTypes, PollAnswerHandler

from tests.bench.measured import Meter


class Base(DeclarativeBase):
    pass


class Vote(Base):
    __tablename__ = "votes"
    poll_id: Mapped[str] = mapped_column(String, primary_key=True)
    user_id: Mapped[str] = mapped_column(String, primary_key=True)
    name: Mapped[str] = mapped_column(String)
    options: Mapped[str] = mapped_column(String)
    at: Mapped[datetime] = mapped_column(DateTime)


class Bot:
    def __init__(self, sessions: async_sessionmaker[AsyncSession], meter: Meter) -> None:
        self.sessions, self.meter = sessions, meter

    async def on_vote(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        answer = update.poll_answer
        async with self.sessions() as session:
            options = ",".join(map(str, answer.option_ids))
            user = answer.user
            row = {"poll_id": answer.poll_id, "user_id": str(user.id), "name": user.full_name, "options": options}
            await session.merge(Vote(**row, at=datetime.now(UTC)))
            await session.commit()
        self.meter.committed(1)


async def main() -> None:
    way, where, database, synchronous, votes, limit_s = sys.argv[1:]
    engine = create_async_engine(database.replace("sqlite:", "sqlite+aiosqlite:"))

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection, _record):
        for pragma in ("journal_mode=WAL", f"synchronous={synchronous}", "busy_timeout=5000"):
            connection.execute(f"PRAGMA {pragma}")

    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    port, _, telegram = where.rpartition("@")
    application = Application.builder().token("4242:bench").base_url(f"{telegram}/bot").build()
    meter = Meter(int(votes))
    bot = Bot(async_sessionmaker(engine, expire_on_commit=False), meter)
    application.add_handler(PollAnswerHandler(bot.on_vote))
    await application.initialize()
    await application.start()
    if way == "poll":
        await application.updater.start_polling(allowed_updates=["poll_answer"])
    else:
        await application.updater.start_webhook("127.0.0.1", int(port), "", webhook_url="https://127.0.0.1/")
    await meter.run(asyncio.create_task(asyncio.sleep(3600)), float(limit_s))
    meter.tell()


if __name__ == "__main__":
    logging.getLogger("httpx").setLevel(logging.ERROR)
    asyncio.run(main())
