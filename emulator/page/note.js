// What is wrong with a post of the file that is shown, beside it; and how the whole file stands.

import { make } from "./text.js";
import { count, language, say } from "./words.js";

export function noteNode(message) {
  const { post, unread, problems } = message.seen.note;
  const title = post ? `${say("post")}${post}${unread ? say("unread") : ""}` : say("front");
  const level = problems.some((problem) => problem.severity === "error") ? "error" : "warning";
  const card = make("section", "card", make("header", "", title), ...problems.map(problemNode));
  const node = make("div", `row note ${level}`, card);
  node.dataset.id = message.message_id;
  return node;
}

// `source` is the line as it is shown, `at` where in it the column is.
function problemNode({ line, column, message, severity, source, at }) {
  const place = make("span", "place", `${line}:${column}`);
  const before = [...source].slice(0, at).join(""), rest = [...source].slice(at);
  const marked = make("pre", "source", before, make("mark", "", rest[0] || " "), rest.slice(1).join(""));
  return make("div", `problem ${severity}`, make("p", "", place, message), source ? marked : null);
}

// The line below the chat: file, problems, when it was read.
export function stateNodes({ file, errors, warnings, read, remark }) {
  const counts = [errors ? count(errors, "errors") : "", warnings ? count(warnings, "warnings") : ""].filter(Boolean).join(", ");
  const level = errors ? "error" : warnings ? "warning" : "fine";
  const time = new Date(read * 1000).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
  return [
    make("i", `lamp ${level}`),
    make("b", "", file),
    make("span", `verdict ${level}`, counts || say("fine")),
    make("time", "", time),
    make("small", "", remark || say("sample")),
  ];
}
