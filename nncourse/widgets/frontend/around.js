/* What a stage does to the notebook around it. */

/* Cover what follows a question in the notebook and holds its answer: the next output, and the text
   below it. Its cells are looked for once, because JupyterLab removes cells that are scrolled away. */
export function coverOf(body) {
  let followers = [];
  function find() {
    let cell = body.closest(".jp-Cell")?.nextElementSibling;
    while (cell && !cell.classList.contains("jp-CodeCell")) cell = cell.nextElementSibling;
    const text = cell?.nextElementSibling;
    if (!cell) return [];
    return text?.classList.contains("jp-MarkdownCell") ? [cell, text] : [cell];
  }
  return (on) => {
    if (on && !followers.length) followers = find();
    for (const cell of followers) {
      cell.classList.toggle("nnlib-covered", Boolean(on));
      // In a fresh copy the text is folded away from the start.
      if (!on) for (const fold of cell.querySelectorAll("details")) fold.open = true;
    }
  };
}

/* Show the widget that Python has opened below this one in `place`. */
export function guestIn(place, model) {
  let view = null;
  async function receive() {
    const name = model.get("below");
    leave();
    if (!name) return;
    const child = await model.widget_manager.get_model(name.replace("IPY_MODEL_", ""));
    const made = await model.widget_manager.create_view(child);
    if (model.get("below") !== name) return made.remove();
    view = made;
    place.replaceChildren(made.el);
  }
  function leave() {
    const guest = view;
    view = null;
    guest?.remove();
  }
  return { receive, leave };
}
