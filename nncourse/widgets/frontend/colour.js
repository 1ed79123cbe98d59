/* Colours for codes of one byte, and readable text on them. */

export function rgb(hex) {
  return [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
}

/* 256 colours as bytes (red, green, blue, alpha); `tone` gives the colour of a code. */
function colourTable(tone) {
  const table = new Uint8ClampedArray(256 * 4);
  for (let code = 0; code < 256; code++) table.set([...tone(code), 255], 4 * code);
  return table;
}

const between = (from, to, share) => from.map((value, i) => value + share * (to[i] - value));

/* For heat codes: 1 is -1 (orange), 128 is 0 (near white), 255 is 1 (blue). */
export function heatColours([negative, zero, positive]) {
  const [low, middle, high] = [negative, zero, positive].map(rgb);
  return colourTable((code) =>
    between(middle, code < 128 ? low : high, Math.min(1, Math.abs(code - 128) / 127)),
  );
}

/* For ink: 0 is paper, 255 is ink. */
export function inkColours([paper, ink]) {
  return colourTable((code) => between(rgb(paper), rgb(ink), code / 255));
}

/* Red, green and blue of a code. */
export const toneOf = (table, code) => table.subarray(4 * code, 4 * code + 3);
export const css = ([red, green, blue]) => `rgb(${red} ${green} ${blue})`;

/* Black or white, whichever has the better contrast on this colour: at least 4.5 : 1. */
export function letters(tone) {
  const [red, green, blue] = Array.from(tone, (v) =>
    v <= 10 ? v / 3295 : ((v / 255 + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.179 ? "#fff" : "#000";
}
