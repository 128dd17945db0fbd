"""What an admin reads of a thread that was sent to the bot, in Russian and English."""

from __future__ import annotations

from typing import Literal

from bot.thread.examined import Unread
from bot.thread.model import Late
from experiments.measurement import Text
from experiments.numbers import both

Refusal = Literal[
    "photo", "kind", "large", "marked", "slow", "crashed", "missing", "past", "far", "voters", "board", "twice", "chat",
    "private", "unshown", "stranger", "taken", "former", "yours", "untold",
]  # fmt: skip

PASTED = both("текст", "text")  # what was pasted has no name
FINE = both("{title} — всё в порядке.", "{title}: all is well.")
HOLDS = both(
    "Постов: {posts}, из них опросов: {polls}. Идёт {span}.", "Posts: {posts}, of them polls: {polls}. Takes {span}."
)
SERIES = both(
    "Постов: {posts}, из них опросов: {polls}. Серия: глав {chapters}, {rhythm}.",
    "Posts: {posts}, of them polls: {polls}. A series: chapters {chapters}, {rhythm}.",
)
MEASURED = both("Измеряются: {runs}.", "Measured: {runs}.")
UNMEASURED = both("Ничего не измеряется.", "Nothing is measured.")
WRONG = both(
    "{name}: не готов, ошибок: {errors}. Исправьте и пришлите файл снова.",
    "{name}: not ready, errors: {errors}. Mend them and send the file again.",
)
WARNINGS = both("Стоит посмотреть: {warnings}.", "Worth a look: {warnings}.")
PROBLEM = both("❌ строка {line}, столбец {column}: {message}", "❌ line {line}, column {column}: {message}")
WARNING = both("⚠️ строка {line}, столбец {column}: {message}", "⚠️ line {line}, column {column}: {message}")
ATTACHED = both("…всё остальное — в файле.", "…the rest is in the file.")
REPORT = both("замечания.txt", "problems.txt")
SAME = both("С прошлого раза ничего не изменилось.", "Nothing has changed since the last time.")
CHANGED = both("Изменены посты: {numbers}.", "Posts changed: {numbers}.")
ADDED = both("Новые посты: {numbers}.", "Posts added: {numbers}.")
REMOVED = both("Убраны посты (по старым номерам): {numbers}.", "Posts removed (by their old numbers): {numbers}.")

UNREAD: dict[Unread, Text] = {
    "empty": both("{name}: файл пуст.", "{name}: the file is empty."),
    "damaged": both("{name}: этот архив повреждён: упакуйте заново.", "{name}: this archive is damaged: pack it anew."),
    "locked": both(
        "{name}: архив закрыт паролем: нужен без пароля.", "{name}: the archive has a password: without one."
    ),
    "large": both(
        "{name}: в архиве слишком много: самое большее 200 файлов и 40 МБ.",
        "{name}: too much is in the archive: at most 200 files and 40 MB.",
    ),
    "names": both(
        "{name}: имена в архиве ведут за его пределы или повторяются: положите файл .md и картинки рядом, без ссылок.",
        "{name}: names in the archive lead out of it or stand twice: put the .md and its pictures there, no links.",
    ),
    "threads": both(
        "{name}: в архиве должен быть ровно один файл .md, рядом с ним его картинки.",
        "{name}: the archive must hold exactly one file .md, and its pictures beside it.",
    ),
}
REFUSED: dict[Refusal, Text] = {
    "photo": both(
        "Это не тред. Пришлите файл .md; если в нём есть картинки — архив .zip: файл .md и картинки рядом с ним.",
        "This is no thread. Send a file .md; where it shows pictures, a .zip: the file .md and its pictures beside it.",
    ),
    "kind": both(
        "{name}: читаю файлы .md, .markdown, .txt и архивы .zip с таким файлом и его картинками. "
        "Другие форматы переводит pollbot import.",
        "{name}: I read files .md, .markdown, .txt, and archives .zip of such a file and its pictures. "
        "pollbot import converts others.",
    ),
    "large": both(
        "{name}: {size}, это слишком много. Тред занимает самое большее 128 КиБ, архив с картинками — 6 МБ.",
        "{name}: {size} are too much. A thread has at most 128 KiB, an archive with its pictures 6 MB.",
    ),
    "marked": both(
        "Telegram превратил разметку этого текста в оформление, и тред уже не тот. Пришлите его файлом .md.",
        "Telegram has turned this text's markup into its own, so the thread is not what it was. Send it as a file .md.",
    ),
    "slow": both(
        "{name}: на чтение ушло бы слишком много времени. Разделите тред на части.",
        "{name}: reading it would take too long. Divide the thread.",
    ),
    "crashed": both(
        "{name}: чтение оборвалось; почему, сказано в журнале бота. Ничего не изменилось.",
        "{name}: reading it broke off; the bot's log says why. Nothing has changed.",
    ),
    "missing": both(
        "{name}: Telegram не отдаёт этот файл: {reason}. Пришлите его ещё раз.",
        "{name}: Telegram does not hand out this file: {reason}. Send it once more.",
    ),
    "past": both("Это время уже прошло. Выберите другое.", "That time has passed. Choose another."),
    "far": both(
        "До этого больше года. Выберите время поближе.", "That is more than a year away. Choose a nearer time."
    ),
    "voters": both(
        "{chat} — не канал, а в опросе {poll} сказано, кто может голосовать: так бывает только в каналах. "
        "Нужен канал, или уберите members_only и countries.",
        "{chat} is no channel, and poll {poll} says who may vote: that is for channels. "
        "Name a channel, or take members_only and countries out.",
    ),
    "board": both(
        "{chat} — канал: кто голосовал, там не знает никто. Уберите leaderboard: yes, или нужна группа.",
        "{chat} is a channel, where nobody knows who has voted. Take leaderboard: yes out, or name a group.",
    ),
    "twice": both(
        "В {chat} этот тред уже есть: публикация {publication}, см. /threads. "
        "Ещё раз туда же — pollbot schedule --again на сервере.",
        "{chat} has this thread already: publication {publication}, see /threads. "
        "Once more into that one: pollbot schedule --again on the server.",
    ),
    "chat": both("{reason}", "{reason}"),
    "private": both(
        "{chat} — чужой личный чат. Тред выходит в канале, в группе или в вашем личном чате со мной.",
        "{chat} is somebody's private chat. A thread goes to a channel, to a group, or to your private chat with me.",
    ),
    "former": both(
        "{name}: вы больше не администратор ни одного из чатов, где я публикую. Ничего не сделано.",
        "{name}: you are no administrator of any chat where I publish any more. Nothing was done.",
    ),
    "yours": both(
        "{chat}: публиковать туда могут только его администраторы с правом публиковать, и только там, куда меня "
        "добавил мой владелец.",
        "{chat}: only its administrators who may post there may publish, and only where my owner has added me.",
    ),
    "untold": both(
        "{chat}: Telegram сейчас не говорит, администратор ли вы. Попробуйте через минуту.",
        "{chat}: Telegram does not tell right now whether you are an administrator. Try again in a minute.",
    ),
    "unshown": both(
        "Telegram не принимает пост {position}: {reason}",
        "Telegram refuses post {position}: {reason}",
    ),
    "taken": both(
        "Этот слот только что занят другой публикацией. Ничего не изменилось: выберите другое время.",
        "Another publication has just taken this slot. Nothing has changed: choose another time.",
    ),
    "stranger": both(
        "{chat} — не чат. Можно: @имя, https://t.me/имя или номер вроде -1001234567890.",
        "{chat} is no chat. Write @name, https://t.me/name or an id such as -1001234567890.",
    ),
}
NO_TIME = both(
    "{reason}\nМожно так: завтра 10:00, пт 18:00, +2h, now, 2026-12-01 19:00 Europe/Moscow.",
    "{reason}\nWrite: tomorrow 10:00, fri 18:00, +2h, now, 2026-12-01 19:00 Europe/Moscow.",
)
STALE = both("Этого черновика больше нет.", "This draft is no more.")
OUTDATED = both(
    "Эта кнопка устарела: с черновиком уже что-то сделали.", "This button is outdated: the draft has gone on since."
)
DROPPED = both("{title}: черновик удалён.", "{title}: the draft is thrown away.")
LOOKING = both("Спрашиваю Telegram…", "Asking Telegram…")
LATER = both(
    "Здесь, когда опрос закроется, будет ответ с картинкой: голоса и то, что измерено.",
    "Here the answer will stand when the poll has closed, with a picture: the votes, and what was measured.",
)
SHOWN = both(
    "{title}: так это увидят подписчики. Опросы здесь закрыты, голосов в них нет.",
    "{title}: so subscribers will see it. The polls here are closed, and have no votes.",
)
TRIED = both(
    "🧪 Проба: каждый час стал секундой. Голосовать можно, ответы придут, в итоги ничего не пойдёт.",
    "🧪 A try: each hour is a second. Vote if you like, answers will come, and nothing of it counts.",
)
TRIES = both("Пробую прямо здесь: часы стали секундами.", "Trying it right here: hours are seconds.")
TRYING = both("Подождите: прежняя проба ещё идёт.", "Wait: a try is still under way.")
SHOWING = both("Показываю…", "Showing it…")
SCHEDULED = both("Запланировано.", "Scheduled.")

WHERE = both(
    "{title}: куда? Выберите чат или пришлите @имя, ссылку или номер.",
    "{title}: where to? Choose a chat, or send me its @name, link or id.",
)
NOWHERE = both(
    "{title}: куда? Пришлите @имя, ссылку или номер чата, где я могу публиковать.",
    "{title}: where to? Send me the @name, link or id of a chat where I may post.",
)
WHEN = both(
    "{title} → {chat}: когда? Сейчас {now}.\nВыберите или напишите: завтра 10:00, пт 18:00, +2h, "
    "2026-12-01 19:00 Europe/Moscow.",
    "{title} → {chat}: when? It is {now}.\nChoose, or write: tomorrow 10:00, fri 18:00, +2h, "
    "2026-12-01 19:00 Europe/Moscow.",
)
SURE = both(
    "{title} → {chat}\nПостов: {posts}, первый {first}, последний {last}.",
    "{title} → {chat}\nPosts: {posts}, the first {first}, the last {last}.",
)
CHAPTERS = both("Глав: {chapters}. Когда: {times}.", "Chapters: {chapters}. When: {times}.")
SCHEDULE = both("Запланировать?", "Schedule it?")
LATE: dict[Late, Text] = {
    "post": both(
        "Если бот опоздает, посты всё равно выйдут.",
        "Where the bot is late, posts go out nevertheless.",
    ),
    "skip": both(
        "Если бот опоздает больше чем на {span}, пост будет пропущен.",
        "Where the bot is late by more than {span}, a post is skipped.",
    ),
    "ask": both(
        "Если бот опоздает больше чем на {span}, спрошу вас.",
        "Where the bot is late by more than {span}, you are asked.",
    ),
}
AT = both("{at:%d.%m.%Y %H:%M} ({zone})", "{at:%d %b %Y %H:%M} ({zone})")

BUTTON: dict[str, Text] = {
    "plan": both("Запланировать", "Schedule"),
    "show": both("Показать", "Show me"),
    "drop": both("Удалить черновик", "Throw it away"),
    "where": both("← Другой чат", "← Another chat"),
    "when": both("← Другое время", "← Another time"),
    "file": both("Как в файле: {at}", "As in the file: {at}"),
    "slot": both("Свободный слот: {at}", "Next free slot: {at}"),
    "try": both("🧪 Попробовать за секунды", "🧪 Try it in seconds"),
    "next": both("С {at}", "From {at} on"),
    "hour": both("Через час", "In an hour"),
    "evening": both("Сегодня в 18:00", "Today 18:00"),
    "morning": both("Завтра в 10:00", "Tomorrow 10:00"),
    "yes": both("Да, запланировать", "Yes, schedule it"),
}
