/* The colours of the stage, by the theme of the page. */

import { heatColours, inkColours } from "./colour.js";

const SENT = ["positive", "negative", "negative_text", "test", "selected", "lit"]; // to the style sheet

/* The colours where a node is. */
function themeAt(palette, node) {
  // A new node is not on the page yet: then the theme is that of the whole page.
  const light = (node.closest("[data-jp-theme-light]") ?? document.body).dataset.jpThemeLight;
  const dark = light ? light === "false" : matchMedia("(prefers-color-scheme: dark)").matches;
  const colour = palette[dark ? "dark" : "light"];
  return { ...colour, dark, heats: heatColours(colour.heat), inks: inkColours(colour.ink) };
}

/* Update `stage.colour` and the style of its node with the theme, and call `changed` when it changes.
   The returned function stops that. */
export function followTheme(stage, body, palette, changed) {
  function dress() {
    const was = stage.colour?.dark;
    stage.colour = themeAt(palette, body);
    body.classList.toggle("dark", stage.colour.dark);
    for (const name of SENT) body.style.setProperty(`--nnlib-${name.replace("_", "-")}`, stage.colour[name]);
    if (was !== stage.colour.dark) changed();
  }
  const themes = new MutationObserver(dress);
  themes.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  scheme.addEventListener("change", dress);
  dress();
  return () => {
    themes.disconnect();
    scheme.removeEventListener("change", dress);
  };
}
