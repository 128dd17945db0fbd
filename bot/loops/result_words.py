"""How the result of a thread is told, in Russian and English."""

from __future__ import annotations

from experiments.measurement import Text
from experiments.numbers import both

TOLD_RESULTS = both("чем кончились опросы", "how polls came out")
TOLD_SCORE = both("сколько ответов вы угадали", "how often you were right")
ENDED = both("📊 Тред закончен: «{thread}»", "📊 The thread has ended: “{thread}”")
SO_FAR = both("📊 «{thread}»", "📊 “{thread}”")
WHOLE = both("Опросов: {polls}, голосов: {votes}", "Polls: {polls}, votes: {votes}")
RIGHT_ON_AVERAGE = both("Верно в среднем: {share}", "Right on average: {share}")
NO_POLLS = both("Закрытых опросов в нём нет.", "No poll of it is closed.")
NO_RESULTS = both("Пока ни один опрос не закрыт.", "No poll is closed yet.")
RESULTS = both("Итоги каких опросов показать?", "Whose results shall I show?")
POLL = both("№ {position}: {words}, голосов: {votes}", "No. {position}: {words}, votes: {votes}")
RIGHT = both("верно {share}", "{share} right")
MOVED = both(
    "верно {first}, когда прошла {part} времени, в конце {share}",
    "{first} right after {part} of the time, {share} at the end",
)
PART: dict[float, Text] = {
    0.25: both("четверть", "a quarter"),
    0.5: both("половина", "half"),
    0.75: both("три четверти", "three quarters"),
}
FAVOURITE = both("чаще всего, {share}: «{option}»", "most chosen, {share}: “{option}”")
SURPRISE = both("сюрприз, {share}: «{option}»", "surprise, {share}: “{option}”")
NOBODY = both("никто не голосовал", "nobody voted")
LEFT_OUT = both(
    "…и ещё опросов: {number}. Все — pollbot results {publication}",
    "…polls more: {number}. All of them: pollbot results {publication}",
)
PICTURE = both("🖼 Картинкой", "🖼 As a picture")
LIST = both("← Все итоги", "← All results")
DRAWN = both("Рисую.", "I draw it.")

BOARD = both("🏆 Кто сколько угадал (опросов: {polls})", "🏆 Who was right how often (polls: {polls})")
PLACE = both("{right} из {polls} — человек: {people}", "{right} of {polls} — people: {people}")
OWN_PLACE = both(
    "Имён здесь нет: они нигде не хранятся. Своё место скажу лично: напишите мне /score",
    "There are no names here: none are stored. I tell you your own place in private: write /score to me",
)
SCORE = both(
    "«{thread}»: верно {right} из {polls}, место {place} из {people}",
    "“{thread}”: {right} of {polls} right, place {place} of {people}",
)
NO_SCORE = both(
    "Ваших голосов в тредах с таблицей нет. Считаю только голоса в группах: в канале они анонимны.",
    "I know no votes of yours in threads with a leaderboard. Only those in groups count: channels are anonymous.",
)
