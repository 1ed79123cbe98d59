import assert from "node:assert/strict";
import test from "node:test";
import { axisNumber, decades, scale, scales, ticks } from "../../nncourse/widgets/frontend/axes.js";

const close = (a, b) => assert.ok(Math.abs(a - b) < 1e-9 * Math.max(1, Math.abs(b)), `${a} is not ${b}`);

test("ticks are round numbers within the ends, evenly spaced", () => {
  assert.deepEqual(ticks(0, 1, 4), [0, 0.5, 1]);
  assert.deepEqual(ticks(-1, 1, 4), [-1, -0.5, 0, 0.5, 1]);
  assert.deepEqual(ticks(0, 300, 4), [0, 100, 200, 300]);
  assert.deepEqual(ticks(0.01, 0.09, 4), [0.02, 0.04, 0.06, 0.08]);
  assert.deepEqual(ticks(0, 0.3, 3), [0, 0.1, 0.2, 0.3]); // no 0.30000000000000004
});

test("there are about as many ticks as asked for, for all ends", () => {
  for (const [low, high] of [
    [0, 1],
    [-3.7, 12.2],
    [1e-6, 5e-6],
    [-2e5, 7e5],
    [99, 101],
  ]) {
    const list = ticks(low, high, 4);
    assert.ok(list.length >= 2 && list.length <= 6, `${low} to ${high}: ${list}`);
    assert.ok(list.every((value) => value >= low - 1e-9 && value <= high * (1 + 1e-9) + 1e-9));
  }
});

test("decades are powers of ten within the ends, six at most", () => {
  assert.deepEqual(decades(1e-3, 10), [1e-3, 1e-2, 1e-1, 1, 10]);
  assert.deepEqual(decades(0.02, 500), [0.1, 1, 10, 100]);
  const many = decades(1e-12, 1e5);
  assert.ok(many.length <= 6);
  assert.ok(many.every((value) => Number.isInteger(Math.round(1e6 * Math.log10(value)) / 1e6)));
});

test("a scale maps its ends to the end pixels, and any pixel back to its value", () => {
  for (const log of [false, true]) {
    const x = scale([0.1, 1000], [50, 450], log);
    close(x.px(0.1), 50);
    close(x.px(1000), 450);
    for (const px of [50, 123, 450]) close(x.px(x.value(px)), px);
  }
});

test("equal distances are equal differences, or with log equal ratios", () => {
  const [even, log] = [scale([0, 10], [0, 100]), scale([1, 100], [0, 100], true)];
  close(even.px(5), 50);
  close(log.px(10), 50);
  assert.deepEqual(log.ticks(5), [1, 10, 100]);
  assert.deepEqual(even.ticks(5), [0, 2, 4, 6, 8, 10]);
});

test("y goes up, and either axis can be logarithmic", () => {
  const [x, y] = scales([0, 1, 1, 100], [10, 20, 200, 100], { logy: true });
  close(x.px(0), 10);
  close(x.px(1), 210);
  close(y.px(1), 120);
  close(y.px(100), 20);
  close(y.px(10), 70);
});

test("moved goes a share of the way, and stops at the ends", () => {
  const x = scale([-4, 4], [0, 100]);
  close(x.moved(0, 0.1), 0.8);
  assert.equal(x.moved(3.9, 0.1), 4);
  assert.equal(x.moved(1.5, 0), 1.5);
  close(scale([1, 100], [0, 1], true).moved(1, 0.5), 10);
  assert.equal(x.held(7), 4);
});

test("numbers at an axis have a real minus, and powers of ten if large or small", () => {
  assert.equal(axisNumber(-0.5), "−0.5");
  assert.deepEqual(
    ticks(52.49, 52.55, 4).map((value) => axisNumber(value)),
    ["52.5", "52.52", "52.54"],
  );
  assert.equal(axisNumber(0.00001), "1e−5");
  assert.equal(axisNumber(1e-6, true), "1e−6");
  assert.equal(axisNumber(100, true), "100");
  assert.equal(axisNumber(1000, true), "1e3");
});
