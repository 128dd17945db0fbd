// The chat page: what is live, and what a person can do.

import { bubbleNode, day, senderName, snippet } from "./bubble.js";
import { growBars } from "./poll.js";
import { stateNodes } from "./note.js";
import { make, on } from "./text.js";
import { count, language, say, speak } from "./words.js";

const $ = (id) => document.getElementById(id);
const state = { me: 1000, chat: null, reply: null, unseen: 0, stuck: true, top: 0, stream: null, spoken: "" };
const chats = new Map(), messages = new Map(), nodes = new Map(), days = new Map(), picked = new Map();
const NEAR = 60; // this close to the bottom counts as being there

async function ask(path, body) {
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(`/sim/${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  const data = await answer.json();
  if (!answer.ok) toast(say(data.error) || data.error);
  return answer.ok ? data : null;
}

function toast(text) {
  $("toast").textContent = text;
  $("toast").hidden = false;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => { $("toast").hidden = true; }, 3500);
}

const act = {
  vote(poll, options) {
    picked.delete(poll.id);
    return ask("vote", { user: state.me, poll: poll.id, options });
  },
  pick(message, index) {
    const before = picked.get(message.poll.id) || [];
    picked.set(message.poll.id, before.includes(index) ? before.filter((other) => other !== index) : [...before, index]);
    draw([message]);
  },
  reply(message) {
    state.reply = message;
    $("replying").hidden = !message || $("composer").hidden;
    if (!message) return;
    const [name, text] = $("replying").firstElementChild.children;
    name.textContent = senderName(message);
    text.textContent = snippet(message);
    $("text").focus();
  },
  jump(id) {
    const node = nodeOf(id);
    if (!node) return;
    node.scrollIntoView({ block: "center", behavior: "smooth" });
    node.classList.add("flash");
    setTimeout(() => node.classList.remove("flash"), 1500);
  },
  tap(message, key) {
    return ask("tap", { user: state.me, chat: message.chat.id, message_id: message.message_id, data: key.callback_data });
  },
  visit(chat, id) {
    return chats.has(chat) ? open(chat, id) : null;
  },
  enlarge(address) {
    $("viewer").firstElementChild.src = address;
    $("viewer").showModal();
  },
};

// --- the open chat ---

const atBottom = () => $("log").scrollHeight - $("log").scrollTop - $("log").clientHeight < NEAR;

const nodeOf = (id) => [...nodes.values()].find((node) => node.dataset.id === String(id));

function toMessage(id) {
  const node = nodeOf(id);
  if (!node) return toBottom();
  state.stuck = false;
  state.unseen = 0;
  node.scrollIntoView({ block: "start" });
  return showDown();
}

// To the next one, and from the last to the first.
function toProblem() {
  const notes = [...document.querySelectorAll(".note")], top = $("log").getBoundingClientRect().top + NEAR;
  const next = notes.find((node) => node.getBoundingClientRect().top > top) || notes[0];
  if (next) act.jump(next.dataset.id);
}

function toBottom() {
  $("log").scrollTop = $("log").scrollHeight;
  state.stuck = true;
  state.unseen = 0;
  showDown();
}

function showDown() {
  $("down").hidden = atBottom();
  $("unseen").textContent = state.unseen || "";
}

// Albums are several messages in one bubble.
const blockKey = (message) => message.media_group_id || message.message_id;

function draw(changed, gone = []) {
  const written = chats.get(state.chat)?.preview;
  for (const id of gone) messages.delete(id);
  for (const message of changed) {
    if (!messages.has(message.message_id) && !written) state.unseen += 1;
    messages.set(message.message_id, message);
  }
  const stale = new Set((state.spoken === language ? changed : [...messages.values()]).map(blockKey));
  if (state.spoken !== language) people();
  state.spoken = language;
  keepPlace(() => arrange(stale, written?.order));
  if (state.stuck) toBottom();
  else showDown();
}

// What one reads stays where it is, whatever changes above it; whoever reads the beginning sees what is put before it.
function keepPlace(change) {
  const log = $("log"), top = log.getBoundingClientRect().top, placed = [];
  const firstId = () => log.querySelector("[data-id]")?.dataset.id, first = firstId();
  const beginning = first && nodeOf(first).getBoundingClientRect().top > top - 1;
  for (const node of log.children) {
    const { bottom, top: at } = node.getBoundingClientRect();
    if (node.dataset.id && bottom > top) placed.push([node.dataset.id, at]);
  }
  change();
  if (beginning && firstId() !== first) { log.scrollTop = 0; return; }
  const [id, at] = placed.find(([known]) => nodeOf(known)) || [];
  if (id) log.scrollTop += nodeOf(id).getBoundingClientRect().top - at;
}

// `order` lists the messages of a chat that shows a file; elsewhere their numbers are their order.
function arrange(stale, order) {
  const blocks = new Map(), rank = order ? new Map(order.map((id, at) => [id, at])) : null;
  const placeOf = ({ message_id: id }) => (rank ? rank.get(id) : id);
  for (const message of [...messages.values()].sort((a, b) => placeOf(a) - placeOf(b))) {
    const key = blockKey(message);
    blocks.set(key, [...(blocks.get(key) || []), message]);
  }
  for (const [key, node] of nodes) if (!blocks.has(key)) { node.remove(); nodes.delete(key); }
  const redrawn = [...blocks].filter(([key]) => stale.has(key) || !nodes.has(key)).map(([key, block]) => redraw(key, block));
  place(blocks);
  for (const [fresh, before] of redrawn) growBars(fresh, before);
}

function redraw(key, block) {
  const before = nodes.get(key), fresh = bubbleNode(block, picked.get(block[0].poll?.id) || [], act);
  if (before) before.replaceWith(fresh);
  nodes.set(key, fresh);
  return [fresh, before];
}

function place(blocks) {
  const log = $("log"), wanted = [];
  let date = "";
  for (const [key, block] of blocks) {
    if (day(block[0].date) !== date) wanted.push(dayNode(date = day(block[0].date)));
    wanted.push(nodes.get(key));
  }
  wanted.forEach((node, at) => { if (log.children[at] !== node) log.insertBefore(node, log.children[at] || null); });
  while (log.children.length > wanted.length) log.lastChild.remove();
}

function dayNode(date) {
  if (!days.has(date)) days.set(date, make("div", "day", date));
  return days.get(date);
}

// A link to a message, ?chat=…&message=…, opens there, as t.me/channel/7 does.
async function open(id, message = null) {
  state.chat = id;
  for (const kept of [messages, nodes, days]) kept.clear();
  $("log").replaceChildren();
  act.reply(null);
  history.replaceState(null, "", message ? `/?chat=${id}&message=${message}` : `/?chat=${id}`);
  document.body.classList.remove("choosing");
  drawChats();
  const answer = await fetch(`/sim/chats/${id}/messages?user=${state.me}&limit=1000`);
  const loaded = (await answer.json()).messages;
  if (state.chat !== id) return;
  draw(loaded.filter((other) => !messages.has(other.message_id)));
  if (message) toMessage(message);
  else toBottom();
}

// --- the list of chats ---

function face(chat, size = "") {
  const letters = [...chat.title.replace(/[^\p{L}\p{N} ]/gu, "").trim()];
  return make("span", `avatar colour${Math.abs(chat.id) % 7} ${size}`, (letters[0] || "#").toUpperCase());
}

function rowNode(chat) {
  const last = chat.last ? snippet(chat.last) : say("empty");
  const row = make("button", chat.id === state.chat ? "chat current" : "chat", face(chat), make("b", "", chat.title), make("span", "", last));
  return on(row, () => open(chat.id));
}

function subtitle(chat) {
  if (chat.type === "private") return say("bot");
  return count(chat.member_count, chat.type === "channel" ? "subscribers" : "members");
}

function drawChats() {
  speak(chats.get(state.chat)?.language);
  const rows = [...chats.values()].map(rowNode);
  $("chats").replaceChildren(...(rows.length ? rows : [make("p", "none", say("no_chats"))]));
  const chat = chats.get(state.chat);
  if (!chat) return;
  $("title").textContent = document.title = chat.title;
  $("subtitle").textContent = subtitle(chat);
  $("face").replaceChildren(face(chat, "small"));
  $("composer").hidden = !chat.may_write;
  $("readonly").hidden = chat.may_write || Boolean(chat.preview);
  $("state").hidden = !chat.preview;
  if (chat.preview) $("state").replaceChildren(...stateNodes(chat.preview));
  document.body.classList.toggle("readonly", !chat.may_write);
}

// --- live ---

function listen() {
  if (state.stream) state.stream.close();
  state.stream = new EventSource(`/sim/events?user=${state.me}`);
  state.stream.onmessage = (event) => hear(JSON.parse(event.data));
}

function hear(news) {
  for (const chat of news.chats) chats.set(chat.id, chat);
  if (news.first) return begin();
  drawChats();
  const here = (message) => (message.chat.id ?? message.chat) === state.chat;
  draw(news.messages.filter(here), news.gone.filter(here).map((message) => message.message_id));
  news.notes.forEach(toast);
  return state.chat === null && begin();
}

// Also after a lost connection: whatever was missed is read again.
function begin() {
  const given = new URLSearchParams(location.search), asked = given.get("chat");
  const found = [...chats.values()].find((chat) => [String(chat.id), `@${chat.username}`].includes(asked));
  const chat = found || chats.values().next().value;
  if (chat) open(chat.id, chat === found ? given.get("message") : null);
  else drawChats();
}

const nameOf = ({ id, first_name, last_name }) => (id === 1000 ? say("you") : [first_name, last_name].filter(Boolean).join(" "));

async function people() {
  const { users } = await (await fetch("/sim/users")).json();
  const options = users.map((user) => Object.assign(make("option", "", nameOf(user)), { value: user.id }));
  $("me").replaceChildren(...options);
  $("me").value = state.me;
}

async function send() {
  const text = $("text").value.trim();
  if (!text) return;
  $("text").value = "";
  const reply_to = state.reply?.message_id;
  act.reply(null);
  await ask("write", { user: state.me, chat: state.chat, text, reply_to });
  toBottom();
}

async function upload() {
  const file = $("file").files[0], reply_to = state.reply?.message_id;
  const fields = { user: state.me, chat: state.chat, name: file.name, caption: $("text").value.trim(), reply_to };
  $("text").value = $("file").value = "";
  act.reply(null);
  await ask("upload", { ...fields, content: await inBase64(file) });
}

function inBase64(file) {
  const reader = new FileReader();
  return new Promise((done, failed) => {
    reader.onload = () => done(reader.result.split(",", 2)[1] ?? "");
    reader.onerror = () => failed(reader.error);
    reader.readAsDataURL(file);
  });
}

$("composer").addEventListener("submit", (event) => { event.preventDefault(); send(); });
$("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); send(); }
});
$("file").addEventListener("change", upload);
$("me").addEventListener("focus", people);
$("me").addEventListener("change", () => { state.me = Number($("me").value); listen(); });
$("log").addEventListener("scroll", () => {
  const up = $("log").scrollTop < state.top;
  state.top = $("log").scrollTop;
  state.stuck = atBottom() || (state.stuck && !up); // only a person leaves the bottom, growing content does not
  if (state.stuck) state.unseen = 0;
  showDown();
});
// Pictures that arrive and a keyboard that opens move the bottom away.
$("log").addEventListener("load", () => state.stuck && toBottom(), true);
window.addEventListener("resize", () => (state.stuck ? toBottom() : showDown()));
on($("unreply"), () => act.reply(null));
on($("down"), toBottom);
on($("state"), toProblem);
on($("menu"), () => document.body.classList.toggle("choosing"));
on($("shade"), () => document.body.classList.remove("choosing"));
on($("viewer"), () => $("viewer").close());
people();
listen();
