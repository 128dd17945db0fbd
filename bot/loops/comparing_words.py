"""What an admin reads of a file that changes a thread that runs, in Russian and English."""

from __future__ import annotations

from typing import Literal

from bot.store.correcting import Deed
from bot.store.states import Undone
from experiments.measurement import Text
from languages.text import phrase

Wrong = Literal[
    "count", "skipped", "going", "shown", "open", "kind", "long", "pictures", "left", "voters", "key"
]  # fmt: skip

DEED: dict[Deed, Text] = {
    "replace": phrase("not out yet: it will be replaced"),
    "text": phrase("is out: the message will be edited where it stands"),
    "key": phrase("its answer is not shown yet: the corrected one will be"),
    "reveal": phrase(
        "its answer is shown: caption and picture will be corrected, and marked, the statistics counted anew"
    ),
    "kept": phrase("nothing changes in the chat, the statistics are counted anew"),
}
QUIZ = phrase(
    "this is a quiz of Telegram's: in the poll itself the old answer stays marked, Telegram does not let it be changed"
)
CHANGE = phrase("No. {position}: {deeds}")
PICTURES = phrase("(its pictures differ)")
WRONG: dict[Wrong, Text] = {
    "count": phrase(
        "The file has posts: {there}, thread {publication} has {here}. None can be added to a thread that is "
        "scheduled, and none taken out: send a file of as many posts, and skip a post by a button of the card."
    ),
    "skipped": phrase(
        "No. {position} will not go out: it is skipped or cancelled. What is out, or is to go out, can be corrected."
    ),
    "going": phrase(
        "No. {position} is just going out, or waits for your answer. Try again when it stands in the chat."
    ),
    "shown": phrase(
        "No. {position}: of a poll that is in the chat Telegram lets nobody change question, options, pictures and "
        "settings. The right answer, feedback, explanation and experiment can be; or close it, and ask anew."
    ),
    "open": phrase(
        "No. {position}: how long a poll stays open is fixed once it stands. A button of the card closes it now."
    ),
    "kind": phrase(
        "No. {position} is out: text, picture or poll, it stays what it is. Words and pictures can be corrected."
    ),
    "long": phrase(
        "No. {position} went out in messages: {here}, its new text takes {there}. Shorten it: no message can be put "
        "between others."
    ),
    "pictures": phrase(
        "No. {position}: pictures in the chat: {here}, in the file: {there}. A picture can be replaced, none added or "
        "taken out."
    ),
    "left": phrase(
        "No. {position} stayed behind in the group when it became a supergroup: there it can no longer be edited."
    ),
    "voters": phrase("No. {position}: who may vote is for channels to say. Take members_only and countries out."),
    "key": phrase("No. {position}: {reason}"),
}

# In the report of a file, and below.
RUNS = phrase("This is thread {publication} → {chat}, scheduled already. This would change:")
CANNOT = phrase(
    "This is thread {publication} → {chat}, scheduled already. It cannot be corrected so; nothing was changed:"
)
SEVERAL = phrase("This thread is scheduled several times already. Any of them can be corrected.")
SAME = phrase("Thread {publication} → {chat}: nothing changes.")
UNREAD = phrase("It cannot be corrected so: {reason}")
ANEW = phrase("The thread has gone on meanwhile: please look once more.")
HOW = phrase(
    "Send the mended file, with the same title “{title}”: I show what changes in each post, and ask once. What is not "
    "out is replaced; texts and pictures that are out are edited where they stand; a wrong answer is corrected, and "
    "marked. Of a poll that is in the chat Telegram lets nobody change question and options."
)
BUTTON: dict[str, Text] = {
    "mend": phrase("✏️ Yes, correct thread {publication}"),
    "diff": phrase("✏️ Correct thread {publication} → {chat}"),
    "again": phrase("Try again"),
    "leave": phrase("Leave the chat as it is"),
}

# What could not be edited, and what to do.
UNDONE = phrase(
    "“{thread}” → {chat}, post {position}: it could not be corrected in the chat ({reason}). Here and in the "
    "statistics all is corrected, in the chat stands what was there before. {hint}"
)
HINT: dict[Undone, Text] = {
    "deleted": phrase("That message was deleted: write the correction into the chat yourself, and leave it as it is."),
    "barred": phrase("Bring me back into the chat, with the right to post and to edit, and try again."),
    "undrawn": phrase("The picture could not be drawn: see whether pollbot worker runs, and try again."),
    "unfit": phrase(
        "It does not go into the messages that stand: send another file, or write the correction there yourself."
    ),
    "refused": phrase("So says Telegram: try again, or write the correction into the chat yourself."),
}
AGAIN = phrase("I will try again.")
LEFT = phrase("I leave the chat as it is.")
