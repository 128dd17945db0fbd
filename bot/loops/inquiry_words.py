"""What is said of readers' inquiries, in Russian and English."""

from __future__ import annotations

from bot.store.states import InquiryState
from experiments.measurement import Text
from experiments.numbers import both

TOLD_QUESTIONS = both("вопросы читателей: ответьте реплаем", "what readers ask: reply to answer")
COUNTED = both("❓ Вопросов без ответа: {number}", "❓ Questions without an answer: {number}")
NONE = both("Вопросов без ответа нет.", "No question is without an answer.")
ASKED = both(
    "❓ Вопросов без ответа: {number}\n«{title}», № {position}{about}, {at:%d.%m %H:%M} UTC{edited}\n\n{inquiry}{link}",
    "❓ Questions without an answer: {number}\n«{title}», no. {position}{about}, {at:%d %b %H:%M} UTC{edited}\n\n"
    "{inquiry}{link}",
)
ABOUT = both(", к варианту «{option}»", ", about the option «{option}»")
EDITED = both(", исправлен", ", edited")
HOW = both(
    "Ответьте на это сообщение реплаем: ответ встанет под вопросом.",
    "Reply to this message: the answer will stand under the question.",
)
FAILED = both("Ответ не отправлен: {error}", "The answer was not sent: {error}")
DOUBTED = both(
    "Стоит ли под ним ваш ответ, я узнать не смог: посмотрите сами.",
    "I could not find out whether your answer stands under it: have a look.",
)
WILL = both("Отправляю: ответ встанет под вопросом.", "Sending: the answer will stand under the question.")
TAKEN = both("На этот вопрос уже ответили, или он снят.", "That question has been answered already, or put aside.")
ONLY_TEXT = both(
    "Ответить можно только текстом: файлы и картинки под вопросом я не ставлю.",
    "An answer is a text: I put no files or pictures under a question.",
)
TOO_LONG = both(
    "Ответ длиннее {most} знаков: сократите его.", "The answer is longer than {most} characters: shorten it."
)
DISMISSED = both("Снят без ответа.", "Put aside.")
SETTLED = both("Понял.", "Understood.")

BUTTON: dict[str, Text] = {
    "next": both("Следующий →", "Next →"),
    "done": both("Ответ не нужен", "Needs no answer"),
    "there": both("Ответ стоит", "It stands there"),
    "again": both("Отправить ещё раз", "Send it again"),
    "card": both("❓ Вопросы: {number}", "❓ Questions: {number}"),
}
TOLD: dict[InquiryState, Text] = {
    "open": both(
        "Ответ не отправлен: {error}\nВопрос снова ждёт: {inquiry}",
        "The answer was not sent: {error}\nThe question waits again: {inquiry}",
    ),
    "gone": both(
        "Вопрос удалён в чате, поэтому ответ под ним не встал и не отправлен: {inquiry}",
        "The question has been deleted in the chat, so the answer was not sent: {inquiry}",
    ),
    "unknown": both(
        "Я не смог узнать, стоит ли ответ под вопросом: {error}\nПосмотрите и скажите мне: /questions. Вопрос:"
        " {inquiry}",
        "I could not find out whether the answer stands: {error}\nHave a look and tell me: /questions. The question:"
        " {inquiry}",
    ),
}
