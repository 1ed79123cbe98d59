/* A question whose choices are buttons: a click, or its digit on the keyboard, is the answer. A wrong
   answer is crossed out, and one may choose again. */

import { el, onKeys, write } from "../dom.js";

export function pickPanel(spec, stage) {
  const own = { spec, stage, shape: "", buttons: [] };
  own.question = el("p", { class: "question", id: `${stage.id}-${spec.id}` });
  own.answers = el("div", { class: "row answers" });
  own.verdict = el("p", { class: "verdict", role: "status" });
  own.node = el(
    "div",
    { class: "ask pick", role: "group", tabindex: -1, "aria-labelledby": own.question.id },
    ...[own.question, own.answers, own.verdict],
  );
  onKeys(own.node, (key) => {
    const button = own.buttons[Number(key) - 1];
    if (!button || button.disabled) return false;
    button.click();
  });
  return { node: own.node, draw: (payload) => showPick(own, payload) };
}

function buildPick(own, choices) {
  const { stage, answers } = own;
  const button = (attributes, text, act) =>
    el("button", { type: "button", ...attributes, onclick: () => stage.hand(act) }, text);
  own.buttons = choices.map((choice, i) =>
    button({ class: "choice", "data-choice": i }, choice, { do: "guess", arguments: [i] }),
  );
  own.skip = button({ class: "skip", "data-name": "skip" }, "Show", { do: "skip" });
  answers.replaceChildren(...own.buttons, own.skip);
}

function showPick(own, payload) {
  const { stage, node } = own;
  const { choices, answer, tried, over } = payload;
  const here = node.contains(document.activeElement);
  const stood = node.closest(".nnlib-stage");
  const wanted = JSON.stringify([payload.question, choices]);
  write(own.question, payload.question);
  if (wanted !== own.shape) {
    // Whoever goes on by keyboard gets to the new question, not to one of its answers.
    const led = own.shape && !over && stood?.contains(document.activeElement);
    own.shape = wanted;
    buildPick(own, choices);
    if (led) node.focus({ preventScroll: true });
  }
  own.buttons.forEach((button, i) => {
    const [right, wrong] = [over && i === answer, tried.includes(i)];
    write(button, `${choices[i]}${right ? " ✓" : wrong ? " ✗" : ""}`);
    button.classList.toggle("right", right);
    button.disabled = over || wrong || !stage.live;
  });
  own.skip.hidden = over || !stage.live;
  if (here && over) stood.querySelector("button.main:enabled")?.focus({ preventScroll: true });
  // A button that is disabled loses the focus, but only when the browser draws again.
  else if (here && !node.querySelector(":focus:enabled")) node.focus({ preventScroll: true });
  node.classList.toggle("right", payload.right === true);
  node.classList.toggle("wrong", payload.right === false);
  write(own.verdict, payload.verdict);
}
