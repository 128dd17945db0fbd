"""What a subscriber reads about their own votes, in Russian and English."""

from __future__ import annotations

from experiments.numbers import both

PRIVACY = both(
    "В группе я храню о голосе псевдоним, выбор и время; ни имени, ни номера. Псевдоним — хэш вашего номера под "
    "секретным ключом, в каждом треде другой. Анонимности это не даёт: в группе Telegram сам показывает, кто как "
    "голосовал. В канале голоса анонимны, я знаю только суммы.\n{term}\n\n/forget — стереть мои голоса",
    "Of a vote in a group I keep a pseudonym, the choice and the time; no name, no id. The pseudonym is a hash of your "
    "id under a secret key, another one in each thread. That is no anonymity: in a group Telegram itself shows who "
    "voted for what. In a channel votes are anonymous, and I know totals alone.\n{term}\n\n/forget — erase my votes",
)
FOR_EVER = both("Голоса хранятся без срока.", "Votes are kept without a term.")
FOR_DAYS = both(
    "Через столько дней после конца треда голоса стираются: {days}.",
    "Votes are erased this many days after a thread has ended: {days}.",
)
SURE = both(
    "Стереть всё, что я храню о ваших голосах? Итоги опросов останутся прежними; в Telegram ваши голоса тоже "
    "останутся: там их отзывают сами.",
    "Erase all that I keep of your votes? The outcomes of polls stay as they are; so do your votes at Telegram: there "
    "you take them back yourself.",
)
ERASE = both("Стереть", "Erase")
ERASED = both("Стёрто; опросов: {polls}.", "Erased; polls: {polls}.")
NOTHING = both("О ваших голосах я ничего не храню.", "I keep nothing of your votes.")
