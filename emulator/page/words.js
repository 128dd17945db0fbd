// The page's own words: in the language of `?lang=`, else of the chat that is open, else of the browser.

const WORDS = await (await fetch("/words.json")).json();
const nearest = (code) => [code, code?.split("-")[0]].find((one) => one in WORDS);
const asked = nearest(new URLSearchParams(location.search).get("lang"));

const own = navigator.languages.map(nearest).find(Boolean) || "en";

export let language = asked || own;

export const say = (name) => WORDS[language][name];

// A number and its thing: “3 votes”.
export function count(n, name) {
  const forms = say(name), kind = new Intl.PluralRules(language).select(n);
  return (forms[kind] || forms.other).replace("{count}", n.toLocaleString(language));
}

// Also what stands in page.html: `data-say` names an element's text, `data-label` what it is called.
export function speak(chosen) {
  document.documentElement.lang = language = asked || nearest(chosen) || own;
  for (const node of document.querySelectorAll("[data-say]")) node.textContent = say(node.dataset.say);
  for (const node of document.querySelectorAll("[data-label]")) {
    node.title = say(node.dataset.label);
    node.setAttribute("aria-label", node.title);
  }
  document.getElementById("log").dataset.empty = say("empty");
  document.getElementById("text").placeholder = say("message");
}

speak(null);
