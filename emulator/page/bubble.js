// One bubble: a message, or an album of several.

import { attachment, picture } from "./media.js";
import { noteNode } from "./note.js";
import { link, make, on, rich } from "./text.js";
import { pollNodes } from "./poll.js";
import { count, language, say } from "./words.js";

export const day = (date) => new Date(date * 1000).toLocaleDateString(language, { day: "numeric", month: "long" });
const clock = (date) => new Date(date * 1000).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

// `act` is what can be done: vote, pick, reply(message), jump(id), visit(chat, id), tap(message, key), enlarge(address).
export function bubbleNode(messages, picked, act) {
  const first = messages[0];
  if (first.seen.note) return noteNode(first);
  const what = happened(first);
  if (what) return serviceNode(first, what);
  const bubble = make("article", "bubble", ...heads(first, act));
  const pictures = messages.filter((message) => message.photo);
  if (pictures.length) bubble.append(make("div", `photos n${Math.min(pictures.length, 4)}`, ...pictures.map((m) => picture(m.photo, m.caption || "", act))));
  bubble.append(...messages.filter((message) => message.document).map((message) => attachment(message.document)));
  if (first.poll) bubble.append(...pollNodes(first, picked, act));
  const said = messages.find((message) => message.text || message.caption);
  const time = make("time", "", (first.edit_date ? say("edited") : "") + clock(first.date));
  const body = said && rich(said.text || said.caption, said.entities || said.caption_entities);
  bubble.append(said ? make("div", "text", body, time) : time);
  bubble.classList.toggle("bare", pictures.length > 0 && !said);
  const answer = on(make("button", "answer", "↩"), () => act.reply(first));
  answer.setAttribute("aria-label", say("reply"));
  const keyboard = first.reply_markup ? keys(first, act) : null;
  if (first.seen.comments) bubble.append(commentsNode(first.seen.comments, act));
  const node = make("div", `row${first.seen.mine ? " mine" : ""}`, make("div", "stack", bubble, keyboard), answer);
  node.dataset.id = first.message_id;
  return node;
}

function heads(message, act) {
  const named = !message.seen.mine && message.chat.type !== "private";
  return [
    named ? make("div", `name colour${message.seen.colour}`, message.seen.name) : null,
    message.seen.topic ? make("div", "topic", `# ${message.seen.topic}`) : null,
    message.forward_origin && !message.is_automatic_forward ? make("div", "forwarded", `${say("forwarded")}${originName(message.forward_origin)}`) : null,
    message.reply_to_message && !message.reply_to_message.forum_topic_created ? quote(message, act) : null,
  ];
}

// What happened to a topic, as a line between the messages; of anything else that happened, its name in the Bot API.
function happened(message) {
  if (message.text || message.caption || message.photo || message.document || message.poll) return "";
  if (message.forum_topic_created) return `# ${message.forum_topic_created.name}`;
  const of = message.seen.topic || "General";
  if (message.forum_topic_closed) return `# ${of}: ${say("closed")}`;
  if (message.forum_topic_reopened) return `# ${of}: ${say("reopened")}`;
  if (message.forum_topic_edited) return `# ${message.forum_topic_edited.name || of}`;
  return "";
}

function serviceNode(message, what) {
  const node = make("div", "happened", what);
  node.dataset.id = message.message_id;
  return node;
}

function originName(origin) {
  return origin.chat ? origin.chat.title : origin.sender_user.first_name;
}

export function snippet(message) {
  if (message.seen?.note) return message.seen.note.problems[0].message;
  if (message.poll) return `${say("poll_of")}${message.poll.question}`;
  if (message.forum_topic_created) return `# ${message.forum_topic_created.name}`;
  return message.text || message.caption || (message.photo ? say("photo") : message.document?.file_name || say("file"));
}

export function senderName(message) {
  return message.sender_chat ? message.sender_chat.title : message.from.first_name;
}

// What a message answers; of a poll, the option that it is about.
function quote({ reply_to_message: answered, seen }, act) {
  const about = seen.option === null ? snippet(answered) : `◉ ${seen.option}`;
  const node = make("div", "quote", make("b", "", senderName(answered)), make("span", "", about));
  return on(node, () => act.jump(answered.message_id));
}

function commentsNode({ count: number, chat, message }, act) {
  const node = make("button", "comments", number ? count(number, "comments") : say("comment"));
  return on(node, () => act.visit(chat, message));
}

function keys(message, act) {
  const rows = message.reply_markup.inline_keyboard;
  return make("div", "keyboard", ...rows.map((row) => make("div", "keys", ...row.map((key) => keyNode(message, key, act)))));
}

function keyNode(message, key, act) {
  if (key.url) return Object.assign(link(key.url, key.text), { className: "key" });
  return on(make("button", "key", key.text), () => act.tap(message, key));
}
