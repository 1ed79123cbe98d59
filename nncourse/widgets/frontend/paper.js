/* A text to copy, or a field to paste a recipe into. A text with a `copy` goes to the clipboard at once,
   and is shown only where that is refused. */

import { el, write } from "./dom.js";

export function paperSheet(stage) {
  const node = el("div", { class: "paper", hidden: true });
  let shown = "null";
  return {
    node,
    /* `page` is { title, text, open, copy, by, view }, `open` being the label of a button or null; null
       hides it. */
    show(page) {
      const wanted = JSON.stringify(page ?? null);
      if (wanted === shown) return;
      shown = wanted;
      node.hidden = !page || Boolean(page.copy);
      if (page) lay(stage, node, page);
    },
  };
}

const SELECTED = "selected: press Ctrl+C";
const TOLD = 3000; // milliseconds for which a button says that it has copied

function lay(stage, node, page) {
  const { title, text, open } = page;
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
  if (page.view !== stage.id) return; // another view has asked for it, which keeps the focus
  if (page.copy) return copyAtOnce(stage, node, page, area, copied);
  area.focus();
  area.select();
}

async function copyAtOnce(stage, node, { by }, area, copied) {
  const button = stage.controls[by];
  if (await toClipboard(area.value)) {
    button.set("Copied");
    setTimeout(() => button.set(button.label), TOLD);
    return stage.say("Copied: paste it into a cell");
  }
  node.hidden = false;
  area.focus();
  area.select();
  write(copied, SELECTED);
}

async function copy(area, copied) {
  area.select();
  write(copied, (await toClipboard(area.value)) ? "copied" : SELECTED);
}

/* Whether a text could be copied; without https there is no clipboard, and a browser may refuse it. */
async function toClipboard(text) {
  const copy = navigator.clipboard?.writeText(text).then(
    () => true,
    () => false,
  );
  return (await copy) ?? false;
}
