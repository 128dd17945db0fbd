"""What an admin reads on the card of a publication, and around it, in Russian and English."""

from __future__ import annotations

from bot.store.states import Action
from bot.store.steering import Refusal
from experiments.measurement import Text
from experiments.numbers import both

HELP = both(
    "Я публикую треды с опросами и показываю, что измерил опыт.\n\n"
    "Пришлите тред файлом .md (с картинками — архивом .zip): проверю и спрошу, куда и когда.\n",
    "I publish threads with polls, and show what an experiment measured.\n\n"
    "Send me a thread as a file .md (with pictures, as a .zip): I check it, and ask where to and when.\n",
)
TOLD_HELP = both("что я умею", "what I can do")
TOLD_THREADS = both(
    "что запланировано и идёт: пауза, сдвиг, пропуск, закрыть опрос, отменить",
    "what is planned and under way: pause, move, skip, close a poll, cancel",
)
TOLD_LOG = both("кто и что делал", "who did what")
NO_THREADS = both("Ничего не запланировано и ничего не идёт.", "Nothing is planned, and nothing is under way.")
THREADS = both("Что запланировано и идёт:", "What is planned and under way:")
MORE = both("…и ещё {number}: pollbot status на сервере.", "…and {number} more: pollbot status on the server.")
NO_DEEDS = both("Пока никто ничего не делал.", "Nobody has done anything yet.")

STATE: dict[str, Text] = {
    "cancelled": both("отменён", "cancelled"),
    "stopped": both("ждёт вашего ответа", "waits for your answer"),
    "paused": both("на паузе", "paused"),
    "done": both("закончен", "done"),
    "planned": both("запланирован", "planned"),
    "running": both("идёт", "under way"),
}
OUT = both("Вышло {out} из {all}.", "{out} of {all} are out.")
NEXT = both("Дальше № {position}: {words}\n{when}", "Next is no. {position}: {words}\n{when}")
OPEN = both(
    "Опрос № {position}: {words}\nдо {when}, голосов: {voters}",
    "Poll no. {position}: {words}\nuntil {when}, voters: {voters}",
)
WHEN = both("{day:%d.%m.%Y %H:%M} ({zone})", "{day:%d %b %Y %H:%M} ({zone})")

BUTTON: dict[str, Text] = {
    "pause": both("⏸ Пауза", "⏸ Pause"),
    "resume": both("▶️ Продолжить", "▶️ Go on"),
    "later": both("На час позже", "An hour later"),
    "tomorrow": both("На день позже", "A day later"),
    "send": both("№ {position} сейчас", "No. {position} now"),
    "skip": both("Пропустить № {position}", "Skip no. {position}"),
    "close": both("Закрыть опрос № {position}", "Close poll no. {position}"),
    "cancel": both("Отменить тред", "Cancel the thread"),
    "how": both("✏️ Исправить", "✏️ Correct"),
    "card": both("Обновить", "Refresh"),
    "threads": both("← Все треды", "← All threads"),
    "yes": both("Да", "Yes"),
    "no": both("Нет", "No"),
}
SURE: dict[str, Text] = {
    "send": both("Отправить № {position} прямо сейчас?", "Send no. {position} right now?"),
    "skip": both("Пропустить № {position} насовсем?", "Skip no. {position} for good?"),
    "close": both(
        "Закрыть опрос № {position} сейчас? Голосовать больше будет нельзя.",
        "Close poll no. {position} now? Nobody can vote in it any more.",
    ),
    "cancel": both(
        "Отменить всё, что ещё не вышло? Открытые опросы закроются и получат ответ в свой срок.",
        "Cancel all that is not out yet? Open polls are closed and revealed in their time.",
    ),
}
DONE: dict[Action, Text] = {
    "pause": both("На паузе.", "Paused."),
    "resume": both("Идёт дальше.", "It goes on."),
    "cancel": both("Отменён.", "Cancelled."),
    "move": both("Сдвинуто.", "Moved."),
    "skip": both("Пропущено.", "Skipped."),
    "send": both("Отправляю.", "Sending."),
    "close": both("Закрываю опрос.", "Closing the poll."),
    "correct": both("Исправляю.", "Correcting it."),
}
REFUSED: dict[Refusal, Text] = {
    "unknown": both("Такой публикации нет.", "There is no such publication."),
    "over": both("Здесь уже нечему выходить.", "Nothing of it is still to go out."),
    "paused": both("Тред на паузе: сначала продолжите его.", "It is paused: let it go on first."),
    "going": both("Он не на паузе.", "It is not paused."),
    "past": both("Это время уже прошло.", "That time has passed."),
    "out": both("Этот пост уже не запланирован.", "That post is not planned any more."),
    "behind": both("Перед ним ещё не вышел другой пост.", "A post before it is still to go out."),
    "shut": both("Этот опрос уже закрыт.", "That poll is closed already."),
}
DEED = both(
    "{at:%d.%m %H:%M} UTC — {who}: {what}, тред {publication}{post}",
    "{at:%d %b %H:%M} UTC — {who}: {what}, thread {publication}{post}",
)
POST = both(", № {position}", ", no. {position}")
SHELL = both("командная строка", "the command line")
DID: dict[Action, Text] = {
    "pause": both("пауза", "pause"),
    "resume": both("продолжен", "resumed"),
    "cancel": both("отменён", "cancelled"),
    "move": both("сдвинут на {by}", "moved by {by}"),
    "skip": both("пропуск", "skip"),
    "send": both("отправка раньше срока", "sent ahead of time"),
    "close": both("опрос закрыт раньше срока", "poll closed ahead of time"),
    "replace": both("заменён", "replaced"),
    "schedule": both("запланирован", "scheduled"),
    "correct": both("исправлен", "corrected"),
    "again": both("спрошено ещё раз", "asked again"),
    "try": both("проба", "tried"),
}
