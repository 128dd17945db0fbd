// How the page looks, kept in the browser: light or dark (the system's choice until one is made), and as wide as a phone.

import { on } from "./text.js";

const root = document.documentElement, dark = matchMedia("(prefers-color-scheme: dark)");

function set(name, value) {
  root.dataset[name] = value;
  localStorage.setItem(name, value);
}

for (const name of ["theme", "width"]) {
  const kept = localStorage.getItem(name);
  if (kept) root.dataset[name] = kept;
}
on(document.getElementById("theme"), () => {
  set("theme", (root.dataset.theme || (dark.matches ? "dark" : "light")) === "dark" ? "light" : "dark");
});
on(document.getElementById("width"), () => set("width", root.dataset.width === "phone" ? "desktop" : "phone"));
