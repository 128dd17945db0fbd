"""
What the bot says, in both languages: to admins in the one of POLLBOT_LANGUAGE, to readers in their thread's.

A text is said by `say`, or by `Admins.text` and `Admins.tell`, with exactly the fields that it has. What others say is
a text's `reason`: Telegram's refusals are explained, what an experiment or the database says stays as it is.
"""

from __future__ import annotations

from datetime import timedelta

from bot.loops import refusal_words
from experiments.measurement import Language, Text
from experiments.numbers import both
from languages import cldr
from languages import text as texts

# A question to an admin, and its buttons.
QUESTION = both(
    "«{thread}» → {chat}, пост {position}{part} {words}: {error}",
    "“{thread}” → {chat}, post {position}{part} {words}: {error}",
)
IN_DOUBT = both(
    "{error}; дошло ли, видно в чате. Если оно там, пришлите мне ссылку на него или перешлите его сюда.",
    "{error}; the chat shows whether it arrived. If it is there, send me its link, or forward it to me.",
)
LOOKS_THERE = both("Посмотрю там.", "I will look there.")
NEEDS_LINK = both(
    "По пересланному из группы не видно, где оно стоит: пришлите ссылку на него.",
    "What is forwarded from a group does not tell where it stands: send me its link.",
)
NOT_ASKED = both("В этом чате я ничего не ищу.", "I look for nothing in that chat.")
PART = both(", часть {number}", ", part {number}")
SEND_AGAIN = both("Отправить снова", "Send it again")
SEND_NOW = both("Отправить сейчас", "Send it now")
PUBLISH = both("Опубликовать как есть", "Publish it as it is")
REVEAL = both("Ответ всё равно нужен", "Reveal it nevertheless")
TRY_AGAIN = both("Попробовать снова", "Try again")
GO_ON = both("Обойтись без него", "Go on without it")
IT_IS_THERE = both("Оно в чате: № {number}", "It is there: no. {number}")

# What becomes of a tapped button.
WILL_SEND = both("Отправлю.", "I will send it.")
GOES_ON = both("Обойдусь без него.", "I go on without it.")
UNDERSTOOD = both("Понял, оно в чате.", "Understood: it is there.")
DECIDED = both("Это уже решено.", "That has been decided already.")

# Why a message is stopped, or waits.
REFUSED = both("Telegram отказывает: {reason}", "Telegram refuses: {reason}")
LATE = both("опоздание: {span}", "late by {span}")
FAILED = both("не получается: {reason}", "it fails: {reason}")
LOOKING = both("{reason}; смотрю, дошло ли", "{reason}; looking whether it arrived")
ABSENT = both("не дошло", "it did not arrive")
UNSURE = both("возможно, дошло", "may have arrived")
VOTED = both(
    "дошло: за него голосуют, но в чате его не найти",
    "it arrived: people vote in it, but it is not to be found in the chat",
)
UNREAD = both("не могу посмотреть, дошло ли: {reason}", "cannot look whether it arrived: {reason}")
NOT_IT = both(
    "№ {number} — другое сообщение, или не бота; возможно, дошло",
    "no. {number} is another message, or not the bot's; may have arrived",
)
STAYS_OPEN = both("опрос остаётся открытым: {reason}", "the poll stays open: {reason}")
DELETED = both(
    "сообщение с опросом удалено, считаются последние известные голоса",
    "the poll's message was deleted, its last known votes count",
)
VOTES_WAIT = both(
    "опрос закрыт, но прочесть его нельзя, а голоса ещё ждут у Telegram: известны не все",
    "the poll is closed but cannot be read, and votes still wait at Telegram: not all are known",
)
LEFT_BEHIND = both(
    "опрос остался в прежней группе, когда она стала супергруппой, считаются последние известные голоса",
    "the poll stayed behind when its group became a supergroup, its last known votes count",
)
STAYED = both(
    "сообщения остались в прежней группе, когда она стала супергруппой",
    "the messages stayed behind in the group when it became a supergroup",
)

# What an admin is told without being asked.
LEFT = both(
    "{chat}: бот больше не в чате. Чтобы тред шёл дальше, верните его; в канал администратором с правом публиковать.",
    "{chat}: the bot is not in the chat any more. Bring it back, and the thread goes on; into a channel as an"
    " administrator who may post.",
)
KICKED = both(
    "{chat}: бота удалили из чата. Чтобы тред шёл дальше, верните его; в канал администратором с правом публиковать.",
    "{chat}: the bot was removed from the chat. Bring it back, and the thread goes on; into a channel as an"
    " administrator who may post.",
)
RESTRICTED = both(
    "{chat}: права бота ограничили. Чтобы тред шёл дальше, разрешите ему сообщения, фото и опросы.",
    "{chat}: the bot's rights were restricted. Let it send messages, photos and polls, and the thread goes on.",
)
MUTE = both(
    "{chat}: боту больше нельзя публиковать сообщения. Чтобы тред шёл дальше, верните ему это право.",
    "{chat}: the bot may not post messages any more. Give it that right back, and the thread goes on.",
)
BACKLOG = both(
    "В Telegram ждут обновления: {waiting}. Он хранит 100 000, и каждое не дольше суток; дальше голоса пропадают "
    "молча. Бот только что вернулся и навёрстывает, или он слишком медленный, или не может записывать: что именно, "
    "говорит его журнал.",
    "{waiting} updates wait at Telegram. It keeps 100,000, and each for 24 hours; then votes are lost without a word. "
    "The bot has just come back and is catching up, or it is too slow, or cannot store: its log says which.",
)

# An answer key held against its measurement.
CONTRADICTED = both(
    "опыт спорит с ключом: {statements}. Исправьте ключ или напишите в посте despite: и почему, и замените его:"
    " pollbot replace",
    "the measurement contradicts the key: {statements}. Mend the key, or write despite: in the post, and why, and"
    " replace it: pollbot replace",
)
NOT_MEASURED = both(
    "ключ не проверен: опыт {run} не удался: {reason}", "the key is not checked: experiment {run} failed: {reason}"
)
NOT_YET_MEASURED = both(
    "ключ не проверен: опыт {run} сделан на {progress}; работает ли pollbot worker?",
    "the key is not checked: experiment {run} is {progress} done; does pollbot worker run?",
)
STATEMENT = both(
    "«{option}» отмечен как {mark}, но {verdict}: {number} ({condition})",
    "“{option}” is marked as {mark}, but {verdict}: {number} ({condition})",
)
RIGHT = both("верный", "right")
NOT_RIGHT = both("неверный", "not right")
YES = both("измерение его подтверждает", "the measurement supports it")
NO = both("измерение его опровергает", "the measurement does not support it")
DEPENDS = both("измерение говорит: зависит", "the measurement says that it depends")

# A poll that closes soon.
REMIND = both("⏰ Голосовать можно до {until} ({zone}).", "⏰ You can vote until {until} ({zone}).")
UNTIL_HOUR = both("{at:%H:%M}", "{at:%H:%M}")
UNTIL_DAY = both("{at:%d.%m %H:%M}", "{at:%d %b %H:%M}")
NO_REMINDER = both("напоминать уже поздно", "it is too late for a reminder")
NO_RESULT = both("показывать нечего", "there is nothing to show")

# A reveal.
ANSWER = both("Правильный ответ", "The right answer")
ANSWERS = both("Правильные ответы", "The right answers")
OUTCOME = both("Итоги опроса", "The outcome")
CORRECTED = both("Исправлено.", "Corrected.")
NAMED = both("Раньше правильным здесь был назван другой ответ", "Another answer was named right here before")
IT_DEPENDS = both("Зависит", "It depends")
DESPITE = both("Автор настаивает", "The author stands by it")
MEASURED = both("Измерено", "Measured")
NO_MEASUREMENT = both(
    "Измерения нет: опыт не удалось провести. Ответ и объяснение — автора.",
    "There is no measurement: the experiment failed. Answer and explanation are the author's.",
)
NOT_MEASURED_BEFORE = both(
    "Здесь будет измерение: опыт проводится до публикации.",
    "The measurement will stand here: it is made before the poll goes out.",
)


def say(text: Text, language: Language, /, **fields: object) -> str:
    """A text in one language; a field may be a text, too, a time or a span. A `reason` of Telegram's is explained."""
    if "reason" in fields:
        fields["reason"] = refusal_words.explained(fields["reason"], language)
    return texts.say(text, language, **fields)


def thousands(count: int) -> Text:
    """A large count: «12 000» and “12,000”."""
    return texts.number(count)


def duration(span: timedelta) -> Text:
    """The largest unit of a time, and the next: «1 дн. 2 ч» and “1 day 2 hrs”."""
    return texts.spoken(lambda language: cldr.span(span, language))
