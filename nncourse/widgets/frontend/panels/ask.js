/* A question with choices or a field for a number, two buttons to check and to skip, and the result. */

import { el, numberInput, write } from "../dom.js";
import { readNumber, unclear } from "../numbers.js";

export function askPanel(spec, stage) {
  const own = { spec, stage, shape: "", boxes: [], field: null };
  own.question = el("p", { class: "question", id: `${stage.id}-${spec.id}` });
  own.answers = el("div", { class: "row answers", role: "group", "aria-labelledby": own.question.id });
  own.verdict = el("p", { class: "verdict", role: "status", tabindex: -1 });
  const onsubmit = (event) => {
    event.preventDefault();
    guess(own);
  };
  own.node = el("form", { class: "ask", onsubmit }, own.question, own.answers, own.verdict);
  return { node: own.node, draw: (payload) => showQuestion(own, payload) };
}

function guess(own) {
  const { stage, field, boxes } = own;
  const given = field ? readNumber(field.value) : boxes.findIndex((box) => box.checked);
  const typed = field?.value.trim();
  if (given == null && typed) sayMissing(own, `${unclear(typed)}.`);
  else if (given == null) sayMissing(own, "Nothing is typed yet: type a number, like 0.5.");
  else if (given === -1 && !field) sayMissing(own, "Nothing is chosen yet: choose an answer first.");
  else stage.hand({ do: "guess", arguments: [given] });
}

/* Say what is missing where the verdict will stand, until something is chosen or typed. */
function sayMissing({ node, verdict, field, boxes }, words) {
  write(verdict, words);
  (field ?? boxes[0]).focus({ preventScroll: true });
  const forget = () => verdict.textContent === words && write(verdict, "");
  node.addEventListener("input", forget, { once: true });
}

function buildQuestion(own, { choices, check, skip, main }) {
  const { spec, stage, question } = own;
  const onclick = () => stage.hand({ do: "skip" });
  own.check = el("button", { type: "submit", class: main ? "main" : "", "data-name": "guess" }, check);
  own.skip = el("button", { type: "button", "data-name": "skip", onclick }, skip);
  const name = `${stage.id}-${spec.id}-answer`;
  own.boxes = (choices ?? []).map(() => el("input", { type: "radio", name }));
  const labels = own.boxes.map((box, i) =>
    el("label", { class: "answer" }, box, choices[i], el("span", { class: "tick" })),
  );
  own.field = choices ? null : numberInput({}, { "aria-labelledby": question.id });
  // In JupyterLab, Enter in a field does not submit its form.
  own.field?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    guess(own);
  });
  const buttons = el("span", { class: "row" }, own.check, own.skip); // so that both stay on one line
  own.answers.replaceChildren(...labels, ...(own.field ? [own.field] : []), buttons);
}

function showQuestion(own, payload) {
  const { stage, node } = own;
  const over = payload.given != null || payload.skipped;
  const stood = node.closest(".nnlib-stage");
  const here = node.contains(document.activeElement);
  const wanted = JSON.stringify([payload.choices, payload.no]);
  write(own.question, payload.question);
  if (wanted !== own.shape) {
    own.shape = wanted;
    buildQuestion(own, payload);
  }
  own.boxes.forEach((box, i) => {
    const missed = payload.tried?.includes(i); // an answer that was wrong, where one may try again
    const [right, given] = [over && i === payload.answer, missed || (over && i === payload.given)];
    if (missed) box.checked = false;
    if (payload.given != null) box.checked = i === payload.given;
    write(box.parentNode.lastChild, right ? " ✓" : given ? " ✗" : "");
    box.parentNode.classList.toggle("right", right);
  });
  for (const box of [...own.boxes, own.field]) if (box) box.disabled = over || !stage.live;
  for (const i of payload.tried ?? []) own.boxes[i].disabled = true;
  own.check.hidden = own.skip.hidden = over || !stage.live;
  // After the answer, the keyboard focus goes to the main button, or else to the verdict.
  const next = stood?.querySelector("button.main:enabled:not([hidden])") ?? own.verdict;
  node.classList.toggle("alone", Boolean(payload.main));
  node.classList.toggle("right", payload.right === true);
  node.classList.toggle("wrong", payload.right === false);
  write(own.verdict, payload.verdict ?? "");
  if (here && over) next.focus({ preventScroll: true });
}
