import assert from "node:assert/strict";
import test from "node:test";
import {
  css,
  heatColours,
  inkColours,
  letters,
  rgb,
  toneOf,
} from "../../nncourse/widgets/frontend/colour.js";

const ENDS = ["#e0721e", "#f6f5f2", "#1b6cb8"];

/* The contrast of two colours, by WCAG 2.2. */
function contrast(one, other) {
  const [low, high] = [one, other]
    .map((tone) =>
      Array.from(tone, (v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)),
    )
    .map(([r, g, b]) => 0.2126 * r + 0.7152 * g + 0.0722 * b)
    .sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

test("a colour is read from its six digits", () => {
  assert.deepEqual(rgb("#0b57d0"), [11, 87, 208]);
  assert.equal(css(rgb("#0b57d0")), "rgb(11 87 208)");
});

test("heat colours run from the negative end through neutral to the positive end", () => {
  const heats = heatColours(ENDS);
  assert.equal(heats.length, 256 * 4);
  assert.deepEqual([...toneOf(heats, 1)], rgb(ENDS[0]));
  assert.deepEqual([...toneOf(heats, 128)], rgb(ENDS[1]));
  assert.deepEqual([...toneOf(heats, 255)], rgb(ENDS[2]));
  assert.deepEqual([...toneOf(heats, 0)], rgb(ENDS[0])); // code 0 is the negative end, too
  assert.ok([...heats].every((value, i) => i % 4 !== 3 || value === 255));
});

test("the further from zero, the further from the neutral colour", () => {
  const heats = heatColours(ENDS);
  const distance = (code) =>
    toneOf(heats, code).reduce((sum, v, i) => sum + Math.abs(v - rgb(ENDS[1])[i]), 0);
  for (let code = 129; code < 255; code++) assert.ok(distance(code + 1) >= distance(code));
  for (let code = 127; code > 1; code--) assert.ok(distance(code - 1) >= distance(code));
});

test("ink colours run from paper to ink", () => {
  const inks = inkColours(["#ffffff", "#000000"]);
  assert.deepEqual([...toneOf(inks, 0)], [255, 255, 255]);
  assert.deepEqual([...toneOf(inks, 255)], [0, 0, 0]);
  assert.ok(Math.abs(toneOf(inks, 128)[0] - 127) <= 1);
});

test("letters can be read on every colour of a heat map, light or dark", () => {
  for (const ends of [ENDS, ["#f5a35c", "#3a414a", "#6cb0f0"], ["#000000", "#777777", "#ffffff"]]) {
    const heats = heatColours(ends);
    for (let code = 0; code < 256; code++) {
      const tone = toneOf(heats, code);
      const on = letters(tone) === "#fff" ? [255, 255, 255] : [0, 0, 0];
      assert.ok(contrast(tone, on) >= 4.5, `${css(tone)}: ${contrast(tone, on)}`);
    }
  }
});
