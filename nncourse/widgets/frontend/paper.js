/* A text to copy (Copy as Python, a recipe), or a field to paste a recipe into. */

import { el, write } from "./dom.js";

export function paperSheet(stage) {
  const node = el("div", { class: "paper", hidden: true });
  let shown = "null";
  return {
    node,
    /* `page` is { title, text, open }, `open` being the label of a button or null; null hides it. */
    show(page) {
      const wanted = JSON.stringify(page ?? null);
      if (wanted === shown) return;
      shown = wanted;
      node.hidden = !page;
      if (page) lay(stage, node, page);
    },
  };
}

function lay(stage, node, { title, text, open }) {
  const rows = Math.min(16, text.split("\n").length + 1);
  const area = el("textarea", { id: `${stage.id}-paper`, rows, spellcheck: "false", readonly: !open });
  const copied = el("span", { class: "quiet", role: "status" });
  area.value = text;
  const own = (name, label, onclick) => el("button", { type: "button", "data-name": name, onclick }, label);
  const bring = () => stage.hand({ do: "open", arguments: [area.value] });
  node.replaceChildren(
    el("label", { for: area.id }, title),
    area,
    el(
      "div",
      { class: "row" },
      own("copy", "Copy", () => copy(area, copied)),
      open && own("open", open, bring),
      own("close", "Close", () => stage.hand({ do: "close" })),
      copied,
    ),
  );
  area.focus();
  area.select();
}

async function copy(area, copied) {
  area.select();
  // Without https there is no clipboard: then the text is selected, to be copied by hand.
  const done = await navigator.clipboard?.writeText(area.value).then(
    () => true,
    () => false,
  );
  write(copied, done ? "copied" : "selected: press Ctrl+C");
}
