// Text with entities becomes nodes: text nodes and elements made here, never markup that somebody wrote.

const SAFE_LINK = /^(https?|tg|mailto):/i;
const INLINE = { bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code" };
const BLOCKS = ["pre", "blockquote", "expandable_blockquote"];

export function make(tag, name, ...children) {
  const node = document.createElement(tag);
  if (name) node.className = name;
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

export function on(node, act) {
  node.addEventListener("click", (event) => { event.stopPropagation(); act(event); });
  return node;
}

// Offsets of entities are UTF-16 units, as JavaScript's own.
export function rich(text, entities = []) {
  const queue = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return span(text, 0, text.length, queue);
}

function span(text, from, to, queue) {
  const out = document.createDocumentFragment();
  let at = from;
  while (queue.length) {
    const entity = queue.shift();
    const start = Math.max(entity.offset, at), end = Math.min(entity.offset + entity.length, to);
    if (end <= start) continue;
    const block = BLOCKS.includes(entity.type);
    out.append(text.slice(at, start).replace(block ? /\n$/ : /$^/, ""));
    const inside = queue.filter((other) => other.offset < end);
    queue = spill(queue, end);
    out.append(entityNode(entity, span(text, start, end, inside), text.slice(start, end)));
    at = block && text[end] === "\n" ? end + 1 : end;
  }
  out.append(text.slice(at, to));
  return out;
}

// What begins inside an entity but goes on behind it goes on there.
function spill(queue, end) {
  return queue
    .filter((other) => other.offset + other.length > end)
    .map((other) => ({ ...other, offset: Math.max(other.offset, end), length: other.offset + other.length - Math.max(other.offset, end) }));
}

function entityNode(entity, inside, covered) {
  const kind = entity.type;
  if (INLINE[kind]) return make(INLINE[kind], "", inside);
  if (kind === "pre") {
    const node = make("pre", "", inside);
    if (entity.language) node.dataset.language = entity.language;
    return node;
  }
  if (kind === "blockquote") return make("blockquote", "", inside);
  if (kind === "expandable_blockquote") {
    const quote = make("blockquote", "folded", inside);
    return on(quote, () => quote.classList.toggle("folded"));
  }
  if (kind === "spoiler") {
    const cover = make("span", "spoiler", inside);
    return on(cover, () => cover.classList.add("open"));
  }
  if (kind === "text_link") return link(entity.url, inside);
  if (kind === "url") return link(/^[a-z]+:\/\//i.test(covered) ? covered : `http://${covered}`, inside);
  if (kind === "email") return link(`mailto:${covered}`, inside);
  return make("span", "accent", inside);
}

export function link(url, inside) {
  if (!SAFE_LINK.test(url || "")) return make("span", "accent", inside);
  const node = make("a", "", inside);
  node.href = url;
  node.target = "_blank";
  node.rel = "noopener noreferrer";
  return node;
}
