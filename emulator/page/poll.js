// A poll as one user sees it: what may be chosen, or the results in bars.

import { picture, pollMedia } from "./media.js";
import { make, on, rich } from "./text.js";
import { count, say } from "./words.js";

// `picked` holds what is ticked but not sent; `act` what can be done: vote(poll, options), pick(message, index), enlarge(address).
export function pollNodes(message, picked, act) {
  const poll = message.poll, seen = message.seen.poll;
  const shown = pollMedia(poll.media, poll.question, act);
  const about = poll.description ? make("div", "text about", rich(poll.description, poll.description_entities)) : null;
  const question = make("div", "question", rich(poll.question, poll.question_entities));
  const options = make("div", "options", ...seen.order.map((index) => choiceNode(message, index, picked, act)));
  const told = seen.told ? explanationNode(poll, act) : null;
  return [shown, about, question, make("div", "kind", kindOf(poll)), options, told, footNode(poll, seen, picked, act)].filter(Boolean);
}

function explanationNode(poll, act) {
  if (!poll.explanation && !poll.explanation_media) return null;
  const words = poll.explanation ? rich(poll.explanation, poll.explanation_entities) : null;
  return make("div", "explanation", words, pollMedia(poll.explanation_media, poll.explanation || "", act));
}

// An option, and its picture beside it: tapped, that grows, and nobody has voted.
function choiceNode(message, index, picked, act) {
  const option = optionNode(message, index, picked, act), { text, media } = message.poll.options[index];
  return media?.photo ? make("div", "choice", option, picture(media.photo, text, act)) : option;
}

function kindOf(poll) {
  if (poll.is_closed) return say("final");
  return say(`${poll.is_anonymous ? "anonymous_" : ""}${poll.type === "quiz" ? "quiz" : "poll"}`);
}

function optionNode(message, index, picked, act) {
  const { poll } = message, seen = message.seen.poll, option = poll.options[index];
  const share = seen.counts && seen.voters ? Math.round((100 * seen.counts[index]) / seen.voters) : 0;
  const square = poll.allows_multiple_answers ? " square" : "";
  const left = seen.counts
    ? make("span", "share", `${share}%`)
    : make("span", `mark${square}${picked.includes(index) ? " on" : ""}`);
  const label = make("span", "label", rich(option.text, option.text_entities));
  const node = make("button", optionClass(seen, index), left, label, make("span", "sign"), make("span", "bar", make("i")));
  Object.assign(node, { type: "button", disabled: !seen.votable });
  Object.assign(node.dataset, { option: index, share });
  return on(node, () => (square ? act.pick(message, index) : act.vote(poll, [index])));
}

function optionClass(seen, index) {
  const chosen = seen.chosen.includes(index), right = seen.correct.includes(index);
  const states = { shown: seen.counts, chosen, right, wrong: chosen && !right && seen.correct.length };
  return ["option", ...Object.keys(states).filter((name) => states[name])].join(" ");
}

function footNode(poll, seen, picked, act) {
  const votes = seen.voters ? count(seen.voters, "votes") : say("no_votes");
  const foot = make("div", "foot", make("span", "", seen.hidden && !poll.is_closed ? `${votes}${say("after_closing")}` : votes));
  if (picked.length) foot.prepend(on(make("button", "do", say("vote")), () => act.vote(poll, picked)));
  else if (seen.retractable) foot.append(on(make("button", "undo", say("retract")), () => act.vote(poll, [])));
  return foot;
}

// Bars grow from where they stood in `before`.
export function growBars(fresh, before) {
  const set = (option, share) => { option.querySelector(".bar i").style.width = `${share}%`; };
  const options = [...fresh.querySelectorAll(".option")];
  for (const option of options) {
    const old = before && before.querySelector(`.option[data-option="${option.dataset.option}"]`);
    set(option, old ? old.dataset.share : 0);
  }
  fresh.offsetWidth; // lets the browser see the old widths first
  for (const option of options) set(option, option.dataset.share);
}
