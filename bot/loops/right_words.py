"""What is said to who may not do what they ask for, in Russian and English."""

from __future__ import annotations

from experiments.numbers import both

STRANGER = both(
    "Я публикую опросы в канале и слушаюсь только его администраторов.",
    "I publish polls in a channel, and take orders from its admins alone.",
)
NOT_YOURS = both(
    "{chat}: это могут только администраторы чата с правом публиковать.",
    "{chat}: that is for the chat's administrators who may post there.",
)
UNTOLD = both(
    "Telegram сейчас не говорит, администратор ли вы. Ничего не сделано: попробуйте через минуту.",
    "Telegram does not tell right now whether you are an administrator. Nothing was done: try again in a minute.",
)
NOT_THEIRS = both("Это черновик другого администратора.", "That is another administrator's draft.")
PRIVATE = both(
    "Напишите мне в личный чат: здесь вас читают все, а кто пишет от имени группы, я не вижу.",
    "Write to me in private: here everybody reads along, and I cannot see who writes in the group's name.",
)
NO_COMMAND = both("{command}: такой команды нет, см. /help.", "{command}: there is no such command, see /help.")
