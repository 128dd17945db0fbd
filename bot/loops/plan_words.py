"""What an admin reads of the coming week, of clocks and slots, of other times and asking again, in two languages."""

from __future__ import annotations

from bot.store.again import Refusal
from experiments.measurement import Text
from experiments.numbers import both

TOLD_PLAN = both("неделя впереди", "the week ahead")
TOLD_ZONE = both("по чьим часам", "whose clocks are meant")
TOLD_SLOTS = both("когда в чате выходят посты", "when a chat has room for posts")
TOLD_MOVE = both("другое время для треда", "another time for a thread")
PLAN = both("Неделя впереди. Сейчас {now}.", "The week ahead. It is {now}.")
NOTHING = both("На неделю вперёд ничего не запланировано.", "Nothing is planned for the week ahead.")
DAY = both("{day}, {at:%d.%m}", "{day}, {at:%d %b}")
DAYS: tuple[Text, ...] = (
    both("Понедельник", "Monday"),
    both("Вторник", "Tuesday"),
    both("Среда", "Wednesday"),
    both("Четверг", "Thursday"),
    both("Пятница", "Friday"),
    both("Суббота", "Saturday"),
    both("Воскресенье", "Sunday"),
)
LINE = both("{at:%H:%M} {mark}{title} → {chat}, № {numbers}", "{at:%H:%M} {mark}{title} → {chat}, no. {numbers}")
PAUSED, OVERDUE = "⏸ ", "⏰ "
MORE = both("…и ещё строк: {number}. Всё целиком: pollbot plan.", "…and {number} more lines. All of it: pollbot plan.")
AT = both("{at:%d.%m.%Y %H:%M} ({zone})", "{at:%d %b %Y %H:%M} ({zone})")

CLOCKS = both(
    "Ваши часы: {zone}, сейчас там {now}. Другие — кнопкой или так: /zone Europe/Moscow, /zone Берлин, /zone UTC+3; "
    "для чата: /zone @chat Europe/Moscow.",
    "Your clocks: {zone}, it is {now} there. Others by a button, or: /zone Europe/Moscow, /zone Berlin, /zone UTC+3; "
    "for a chat: /zone @chat Europe/Moscow.",
)
CLOCKED = both("{whose}: часы теперь {zone}, сейчас там {now}.", "{whose}: clocks are {zone} now, it is {now} there.")
YOU = both("Вы", "You")
NO_ZONE = both(
    "Зона «{words}» непонятна, ничего не изменилось. Можно: Europe/Moscow, Москва, МСК, UTC+3.",
    "The zone “{words}” is not clear, and nothing has changed. Write Europe/Moscow, Moscow, CET or UTC+3.",
)
CITIES: tuple[tuple[str, Text], ...] = (
    ("Europe/Moscow", both("Москва", "Moscow")),
    ("Europe/Berlin", both("Берлин", "Berlin")),
    ("Europe/London", both("Лондон", "London")),
    ("Asia/Yekaterinburg", both("Екатеринбург", "Yekaterinburg")),
    ("Asia/Almaty", both("Алматы", "Almaty")),
    ("America/New_York", both("Нью-Йорк", "New York")),
    ("UTC", both("UTC", "UTC")),
)

NO_CHAT = both(
    "{chat}: этого чата я не знаю. Можно: @имя или номер чата из /threads.",
    "{chat}: I do not know that chat. Write its @name or its id, as /threads shows it.",
)
SLOTS = both("{chat}: слоты {slots}. Ближайший свободный — {at}.", "{chat}: slots {slots}. The next free one is {at}.")
FULL = both("{chat}: слоты {slots}. На год вперёд всё занято.", "{chat}: slots {slots}. All are taken for a year.")
NO_SLOTS = both(
    "{chat}: слотов нет. Задать: /slots {chat} mon,wed,fri 18:00 Europe/Moscow; несколько — через «;».",
    "{chat}: there are no slots. Set them: /slots {chat} mon,wed,fri 18:00 Europe/Moscow; several with “;”.",
)
SLOT_HELP = both(
    "Слоты чата: /slots @chat mon,wed,fri 18:00 Europe/Moscow; посмотреть: /slots @chat; убрать: /slots @chat none.",
    "A chat's slots: /slots @chat mon,wed,fri 18:00 Europe/Moscow; to see them: /slots @chat; none: /slots @chat none.",
)
BAD_SLOTS = both(
    "«{words}» — не слот, ничего не изменилось. Можно: mon,wed,fri 18:00 или день 10:00 Europe/Moscow.",
    "“{words}” is no slot, and nothing has changed. Write mon,wed,fri 18:00 or day 10:00 Europe/Moscow.",
)

WHEN = both(
    "Тред {publication}: когда ему выйти дальше? Ответьте на это сообщение: завтра 10:00, пт 18:00, +2h (позже), "
    "-30m (раньше), или напишите /move {publication} завтра 10:00.",
    "Thread {publication}: when does it go on? Reply to this message: tomorrow 10:00, fri 18:00, +2h (later), "
    "-30m (earlier), or write /move {publication} tomorrow 10:00.",
)
MOVE_HELP = both(
    "Какой тред и когда? /move 3 завтра 10:00; /move 3 +2h — позже, /move 3 -30m — раньше. Номера есть в /log.",
    "Which thread, and when? /move 3 tomorrow 10:00; /move 3 +2h is later, /move 3 -30m earlier. /log has the numbers.",
)
SURE = both(
    "{title} → {chat}: № {position} выйдет {at}, остальное на столько же позже или раньше. Сдвинуть?",
    "{title} → {chat}: no. {position} goes out {at}, the rest as much later or earlier. Move it?",
)
NO_TIME = both(
    "{reason}\nНичего не изменилось. Можно так: завтра 10:00, пт 18:00, +2h, 2026-12-01 19:00 Europe/Moscow.",
    "{reason}\nNothing has changed. Write: tomorrow 10:00, fri 18:00, +2h, 2026-12-01 19:00 Europe/Moscow.",
)
PAST = both(
    "{at} уже прошло, ничего не изменилось. Нужно время впереди.",
    "{at} has passed, and nothing has changed. Name a time ahead.",
)
FAR = both(
    "До {at} больше года, ничего не изменилось. Выберите время поближе.",
    "{at} is more than a year away, and nothing has changed. Choose a nearer time.",
)
AGAIN: dict[Refusal, Text] = {
    "unknown": both("Такой публикации нет.", "There is no such publication."),
    "unclosed": both("Это не закрытый опрос.", "That is no closed poll."),
}
ASK = both(
    "Задать вопрос № {position} ещё раз, прямо сейчас? Это будет новый опрос с тем же ключом.",
    "Ask question no. {position} again, right now? It will be a new poll with the same key.",
)
ASKED = both("Вопрос задан ещё раз.", "The question is asked again.")

SERIES = both("Серия: {rhythm}.", "A series: {rhythm}.")

BUTTON: dict[str, Text] = {
    "when": both("Другое время…", "Another time…"),
    "again": both("Спросить № {position} ещё раз", "Ask no. {position} again"),
    "move": both("Да, сдвинуть", "Yes, move it"),
    "yes": both("Да", "Yes"),
    "no": both("Нет", "No"),
}
