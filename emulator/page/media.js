// Pictures and files, in messages and in polls: the same nodes everywhere.

import { make, on } from "./text.js";
import { language, say } from "./words.js";

const address = (file) => `/sim/files/${file.file_id}`;

export function picture(sizes, alt, act) {
  const size = sizes.at(-1), image = make("img");
  Object.assign(image, { src: address(size), alt, width: size.width, height: size.height });
  return on(image, () => act.enlarge(image.src));
}

export function attachment(document) {
  const { file_name: name = say("file"), file_size: bytes } = document;
  const size = `${Math.ceil(bytes / 1024).toLocaleString(language)}${say("kilobytes")}`;
  const node = make("a", "document", make("span", "sheet"), make("b", "", name), make("span", "", size));
  return Object.assign(node, { href: address(document), download: name });
}

// What a PollMedia holds, none for none.
export function pollMedia(media, alt, act) {
  if (!media) return null;
  return media.photo ? make("div", "photos n1", picture(media.photo, alt, act)) : attachment(media.document);
}
