// The page's own words, in the language of the chat that is open.

const WORDS = {
  ru: {
    chats: "Чаты", vote_as: "Голосовать как", you: "Вы", down: "Вниз", no_reply: "Не отвечать", file: "Файл", message: "Сообщение",
    send: "Отправить", reading: "Вы читаете канал", empty: "Пока пусто", theme: "Светлая или тёмная", width: "Как на телефоне",
    no_chats: "Чатов пока нет: их создаёт POST /sim/chats", bot: "бот", edited: "изменено ", reply: "Ответить", forwarded: "Переслано: ",
    poll_of: "Опрос: ", photo: "Фотография", kilobytes: " КБ", final: "Финальные результаты", after_closing: " · итоги после закрытия",
    quiz: "Викторина", anonymous_quiz: "Анонимная викторина", poll: "Опрос", anonymous_poll: "Анонимный опрос", no_votes: "Нет голосов",
    vote: "Голосовать", retract: "Отменить голос", subscribers: ["подписчик", "подписчика", "подписчиков"],
    members: ["участник", "участника", "участников"], votes: ["голос", "голоса", "голосов"],
    errors: ["ошибка", "ошибки", "ошибок"], warnings: ["замечание", "замечания", "замечаний"],
    fine: "всё в порядке", sample: "голоса под ответами — пример", front: "Начало файла", post: "Пост ", unread: " не прочитать",
    MESSAGE_POLL_CLOSED: "Опрос уже закрыт", REVOTE_NOT_ALLOWED: "В этом опросе голос нельзя изменить", CHAT_WRITE_FORBIDDEN: "Сюда нельзя писать",
  },
  en: {
    chats: "Chats", vote_as: "Vote as", you: "You", down: "Down", no_reply: "Do not reply", file: "File", message: "Message",
    send: "Send", reading: "You are reading a channel", empty: "Nothing here yet", theme: "Light or dark", width: "As on a phone",
    no_chats: "There are no chats yet: POST /sim/chats makes them", bot: "bot", edited: "edited ", reply: "Reply", forwarded: "Forwarded from ",
    poll_of: "Poll: ", photo: "Photo", kilobytes: " KB", final: "Final results", after_closing: " · results after it closes",
    quiz: "Quiz", anonymous_quiz: "Anonymous quiz", poll: "Poll", anonymous_poll: "Anonymous poll", no_votes: "No votes",
    vote: "Vote", retract: "Retract vote", subscribers: ["subscriber", "subscribers"],
    members: ["member", "members"], votes: ["vote", "votes"],
    errors: ["error", "errors"], warnings: ["warning", "warnings"],
    fine: "fine", sample: "votes under the answers are a sample", front: "Front matter", post: "Post ", unread: " cannot be read",
    MESSAGE_POLL_CLOSED: "The poll is closed", REVOTE_NOT_ALLOWED: "A vote in this poll cannot be changed", CHAT_WRITE_FORBIDDEN: "You cannot write here",
  },
};
const PLURALS = { ru: new Intl.PluralRules("ru"), en: new Intl.PluralRules("en") };

export let language = "ru";

export const say = (name) => WORDS[language][name];

// A number and its thing: «3 голоса», “3 votes”.
export function count(n, name) {
  const forms = say(name), at = ["one", "few"].indexOf(PLURALS[language].select(n));
  return `${n.toLocaleString(language)} ${forms[at] || forms.at(-1)}`;
}

// Also what stands in page.html: `data-say` names an element's text, `data-label` what it is called.
export function speak(chosen) {
  document.documentElement.lang = language = chosen;
  for (const node of document.querySelectorAll("[data-say]")) node.textContent = say(node.dataset.say);
  for (const node of document.querySelectorAll("[data-label]")) {
    node.title = say(node.dataset.label);
    node.setAttribute("aria-label", node.title);
  }
  document.getElementById("log").dataset.empty = say("empty");
  document.getElementById("text").placeholder = say("message");
}
