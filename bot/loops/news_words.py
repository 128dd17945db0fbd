"""What admins read without having asked, in Russian and English."""

from __future__ import annotations

from bot.store.states import Occasion
from experiments.measurement import Text
from experiments.numbers import both

TOLD_QUIET = both("писать о каждом посте или нет", "whether to tell each post")
ABOUT = both("«{thread}» → {chat}", "“{thread}” → {chat}")
LINE: dict[Occasion, Text] = {
    "posted": both("Вышел № {position}: {words}", "No. {position} is out: {words}"),
    "closed": both(
        "Опрос № {position} закрыт, голосов: {number}: {words}",
        "Poll no. {position} is closed, voters: {number}: {words}",
    ),
    "revealed": both("Ответ на № {position} опубликован: {words}", "No. {position} is revealed: {words}"),
    "failed": both(
        "Ответ в № {position} проверить не удалось: {words} ({reason}).\nБез вашего слова пост не выйдет: спрошу, когда"
        " придёт его время. Раньше можно заменить его: pollbot replace.",
        "The key of no. {position} could not be checked: {words} ({reason}).\nIt does not go out without your word: I"
        " ask when its time comes. Before that you can replace it: pollbot replace.",
    ),
    "overdue": both(
        "№ {position} опаздывает уже на {span}: {words}\nЧто мешает, говорит журнал бота и pollbot doctor.",
        "No. {position} is late by {span}: {words}\nThe bot's log and pollbot doctor say what keeps it.",
    ),
    "stuck": both(
        "Опрос № {position} остаётся открытым: {words}: {reason}.\nПробую закрыть снова и снова.",
        "Poll no. {position} stays open: {words}: {reason}.\nI try to close it again and again.",
    ),
    "confirmed": both(
        "№ {position}: измерение пришло и подтверждает ответ, пост выйдет сам: {words}",
        "No. {position}: the measurement has come and confirms the key, it goes out: {words}",
    ),
    "moved": both(
        "Группа стала супергруппой ({number}): продолжаю там.",
        "The group is a supergroup now ({number}): I go on there.",
    ),
    "back": both(
        "Бот не работал {span}: с {since:%d.%m %H:%M} до {at:%d.%m %H:%M} UTC. За это время подошёл срок: {number}."
        " Навёрстываю.",
        "The bot was down for {span}: from {since:%d %b %H:%M} to {at:%d %b %H:%M} UTC. Meanwhile due: {number}."
        " I am catching up.",
    ),
}
HEARS: dict[bool, Text] = {
    True: both(
        "Буду писать о каждом посте, закрытии и ответе, без звука. Выключить: /quiet",
        "I will tell each post, closing and reveal, without a sound. To switch it off: /quiet",
    ),
    False: both(
        "Больше не пишу о каждом посте, закрытии и ответе. Итоги и неполадки приходят как прежде. Включить: /quiet",
        "I no longer tell each post, closing and reveal. Results and troubles come as before. To switch it on: /quiet",
    ),
}
