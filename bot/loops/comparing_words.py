"""What an admin reads of a file that changes a thread that runs, in Russian and English."""

from __future__ import annotations

from typing import Literal

from bot.store.correcting import Deed
from bot.store.states import Undone
from experiments.measurement import Text
from experiments.numbers import both

Wrong = Literal[
    "count", "skipped", "going", "shown", "open", "kind", "long", "pictures", "left", "voters", "key"
]  # fmt: skip

DEED: dict[Deed, Text] = {
    "replace": both("ещё не вышел: будет заменён", "not out yet: it will be replaced"),
    "text": both(
        "уже вышел: сообщение будет исправлено на месте", "is out: the message will be edited where it stands"
    ),
    "key": both("ответ ещё не показан: покажу исправленный", "its answer is not shown yet: the corrected one will be"),
    "reveal": both(
        "ответ уже показан: исправлю подпись и картинку, с пометкой, и пересчитаю статистику",
        "its answer is shown: caption and picture will be corrected, and marked, the statistics counted anew",
    ),
    "kept": both(
        "в чате ничего не изменится, статистика пересчитается",
        "nothing changes in the chat, the statistics are counted anew",
    ),
}
QUIZ = both(
    "это викторина Telegram: в самом опросе старый ответ останется отмеченным, его Telegram менять не даёт",
    "this is a quiz of Telegram's: in the poll itself the old answer stays marked, Telegram does not let it be changed",
)
CHANGE = both("№ {position}: {deeds}", "No. {position}: {deeds}")
PICTURES = both("(картинки другие)", "(its pictures differ)")
WRONG: dict[Wrong, Text] = {
    "count": both(
        "В файле постов: {there}, в треде {publication} их {here}. Добавить или убрать пост в треде, который уже "
        "запланирован, нельзя: пришлите файл с тем же числом постов, а лишний пост пропустите кнопкой на карточке.",
        "The file has posts: {there}, thread {publication} has {here}. None can be added to a thread that is "
        "scheduled, and none taken out: send a file of as many posts, and skip a post by a button of the card.",
    ),
    "skipped": both(
        "№ {position} не выйдет: он пропущен или отменён. Исправить можно то, что вышло или ещё выйдет.",
        "No. {position} will not go out: it is skipped or cancelled. What is out, or is to go out, can be corrected.",
    ),
    "going": both(
        "№ {position} как раз выходит или ждёт вашего ответа. Попробуйте, когда он будет в чате.",
        "No. {position} is just going out, or waits for your answer. Try again when it stands in the chat.",
    ),
    "shown": both(
        "№ {position}: в опросе, который уже в чате, Telegram не даёт менять вопрос, варианты, картинки и настройки. "
        "Менять можно верный ответ, пояснения к вариантам, объяснение и опыт; или закройте опрос и задайте его заново.",
        "No. {position}: of a poll that is in the chat Telegram lets nobody change question, options, pictures and "
        "settings. The right answer, feedback, explanation and experiment can be; or close it, and ask anew.",
    ),
    "open": both(
        "№ {position}: срок опроса, который уже в чате, не меняется. Закрыть его раньше можно кнопкой на карточке.",
        "No. {position}: how long a poll stays open is fixed once it stands. A button of the card closes it now.",
    ),
    "kind": both(
        "№ {position} уже вышел: текст, картинка или опрос не могут стать другим. Исправить можно слова и картинки.",
        "No. {position} is out: text, picture or poll, it stays what it is. Words and pictures can be corrected.",
    ),
    "long": both(
        "№ {position} вышел сообщениями: {here}, новому тексту нужно {there}. Сократите его: вставить сообщение "
        "в середину чата нельзя.",
        "No. {position} went out in messages: {here}, its new text takes {there}. Shorten it: no message can be put "
        "between others.",
    ),
    "pictures": both(
        "№ {position}: картинок в чате {here}, в файле {there}. Заменить картинку можно, а добавить или убрать нельзя.",
        "No. {position}: pictures in the chat: {here}, in the file: {there}. A picture can be replaced, none added or "
        "taken out.",
    ),
    "left": both(
        "№ {position} остался в прежней группе, когда она стала супергруппой: там его уже не исправить.",
        "No. {position} stayed behind in the group when it became a supergroup: there it can no longer be edited.",
    ),
    "voters": both(
        "№ {position}: кто может голосовать, говорят только в канале. Уберите members_only и countries.",
        "No. {position}: who may vote is for channels to say. Take members_only and countries out.",
    ),
    "key": both("№ {position}: {reason}", "No. {position}: {reason}"),
}

# In the report of a file, and below.
RUNS = both(
    "Это тред {publication} → {chat}, он уже запланирован. Вот что изменится:",
    "This is thread {publication} → {chat}, scheduled already. This would change:",
)
CANNOT = both(
    "Это тред {publication} → {chat}, он уже запланирован. Так исправить его нельзя, ничего не изменено:",
    "This is thread {publication} → {chat}, scheduled already. It cannot be corrected so; nothing was changed:",
)
SEVERAL = both(
    "Этот тред уже запланирован несколько раз. Исправить можно любой.",
    "This thread is scheduled several times already. Any of them can be corrected.",
)
SAME = both("Тред {publication} → {chat}: ничего не изменится.", "Thread {publication} → {chat}: nothing changes.")
UNREAD = both("Так исправить нельзя: {reason}", "It cannot be corrected so: {reason}")
ANEW = both(
    "За это время тред изменился: посмотрите ещё раз.", "The thread has gone on meanwhile: please look once more."
)
HOW = both(
    "Пришлите исправленный файл с тем же заголовком «{title}»: я покажу, что изменится в каждом посте, и спрошу один "
    "раз. Что не вышло, заменю; вышедшие тексты и картинки исправлю на месте; неверный ответ исправлю и помечу. "
    "Вопрос и варианты опроса, который уже в чате, Telegram менять не даёт.",
    "Send the mended file, with the same title “{title}”: I show what changes in each post, and ask once. What is not "
    "out is replaced; texts and pictures that are out are edited where they stand; a wrong answer is corrected, and "
    "marked. Of a poll that is in the chat Telegram lets nobody change question and options.",
)
BUTTON: dict[str, Text] = {
    "mend": both("✏️ Да, исправить тред {publication}", "✏️ Yes, correct thread {publication}"),
    "diff": both("✏️ Исправить тред {publication} → {chat}", "✏️ Correct thread {publication} → {chat}"),
    "again": both("Попробовать снова", "Try again"),
    "leave": both("Оставить в чате как есть", "Leave the chat as it is"),
}

# What could not be edited, and what to do.
UNDONE = both(
    "«{thread}» → {chat}, пост {position}: исправить в чате не получилось ({reason}). У меня и в статистике всё уже "
    "исправлено, в чате стоит прежнее. {hint}",
    "“{thread}” → {chat}, post {position}: it could not be corrected in the chat ({reason}). Here and in the "
    "statistics all is corrected, in the chat stands what was there before. {hint}",
)
HINT: dict[Undone, Text] = {
    "deleted": both(
        "Это сообщение удалили: напишите поправку в чат сами и оставьте как есть.",
        "That message was deleted: write the correction into the chat yourself, and leave it as it is.",
    ),
    "barred": both(
        "Верните меня в чат с правом публиковать и редактировать и попробуйте снова.",
        "Bring me back into the chat, with the right to post and to edit, and try again.",
    ),
    "undrawn": both(
        "Картинку не удалось нарисовать: проверьте, работает ли pollbot worker, и попробуйте снова.",
        "The picture could not be drawn: see whether pollbot worker runs, and try again.",
    ),
    "unfit": both(
        "В сообщения, которые стоят, это не помещается: пришлите другой файл или напишите поправку в чат сами.",
        "It does not go into the messages that stand: send another file, or write the correction there yourself.",
    ),
    "refused": both(
        "Так ответил Telegram: попробуйте снова или напишите поправку в чат сами.",
        "So says Telegram: try again, or write the correction into the chat yourself.",
    ),
}
AGAIN = both("Попробую снова.", "I will try again.")
LEFT = both("Оставлю в чате как есть.", "I leave the chat as it is.")
