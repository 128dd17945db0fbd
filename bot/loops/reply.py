"""What is said of an update that was carried out: kept in the inbox as JSON until it is said."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from bot.store.runs import content_key

Button = tuple[str, str]  # its words and its callback data, at most 64 bytes


class Reply(BaseModel):
    """
    To a message: another, with buttons. To a tap: `text` comes below the message in place of its buttons; a `card`
    takes the place of the whole message, which stays as it is where the text is empty. `notice` is shown for a moment
    to who tapped. What is `verbatim` in the text is somebody's own words, in their order; `attached` goes along as a
    file. Something was `erased`: that is swept out of the database's file as well before it is said.
    `about`: of which publication it is the card.
    """

    model_config = ConfigDict(frozen=True)

    text: str
    buttons: tuple[Button, ...] = ()
    card: bool = False
    notice: str = ""
    verbatim: tuple[str, ...] = ()
    attached: str = ""
    erased: bool = False
    about: int | None = None

    @property
    def digest(self) -> str:
        """What a card shows, in 16 letters."""
        return content_key([self.text, self.buttons])

    def after(self, other: Reply) -> Reply:
        """The same, below what the other says."""
        text, verbatim = f"{other.text}\n\n{self.text}", other.verbatim + self.verbatim
        return self.model_copy(update={"text": text, "verbatim": verbatim})

    def stored(self) -> str:
        """As it stands in the inbox."""
        return self.model_dump_json(exclude_defaults=True)
