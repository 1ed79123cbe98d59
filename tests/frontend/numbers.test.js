import assert from "node:assert/strict";
import test from "node:test";
import { minus, readNumber, short, signed, stepped } from "../../nncourse/widgets/frontend/numbers.js";

test("a decimal comma is read as a decimal point", () => {
  for (const [text, value] of [
    ["0,3", 0.3],
    ["0,05", 0.05],
    ["-1,5", -1.5],
    ["−1,5", -1.5],
    [",5", 0.5],
    ["0,125", 0.125],
    ["12,3456", 12.3456],
    ["1,5e-3", 0.0015],
  ])
    assert.equal(readNumber(text), value, text);
});

test("numbers are read as Python or a phone writes them", () => {
  for (const [text, value] of [
    ["0.3", 0.3],
    [" 7 ", 7],
    ["+2", 2],
    [".5", 0.5],
    ["3.", 3],
    ["1e-4", 1e-4],
    ["1e−4", 1e-4],
    ["2E3", 2000],
    ["1.234", 1.234],
    ["1234", 1234],
    ["０．３", 0.3],
    ["１２，５", 12.5],
    ["–2", -2],
    ["1 500", 1500],
    ["1\u00a0500,5", 1500.5],
    ["12\u202f000", 12000],
  ])
    assert.equal(readNumber(text), value, text);
});

test("text that is no number, or could be two, is not read", () => {
  for (const text of [
    "1,234",
    "12,500",
    "-1,000",
    "1,234.5",
    "1.234,5",
    "1,2,3",
    "",
    "-",
    ",",
    "abc",
    "0x10",
    "1 2",
  ])
    assert.equal(readNumber(text), null, text);
  for (const text of ["Infinity", "NaN", "1e", "--1", "½", "1/2", "1e999", "15 00", "3 000 1", "0,3,"])
    assert.equal(readNumber(text), null, text);
});

test("a number shown in a field is read back unchanged", () => {
  for (const value of [0, 0.5, -0.25, 1234, 0.001, 1e-5, -3e-7, 30000])
    assert.equal(readNumber(short(value)), value);
});

test("short numbers are whole or have three digits, without rounding errors", () => {
  assert.equal(short(0.1 + 0.2), "0.3");
  assert.equal(short(1.23456), "1.23");
  assert.equal(short(12345), "12345"); // a seed
  assert.equal(short(12345.6), "12300");
  assert.equal(short(0.00001), "1e-5");
  assert.equal(short(0.0001), "0.0001");
  assert.equal(short(0), "0");
});

test("negative numbers have a real minus sign", () => {
  assert.equal(signed(-0.5), "−0.50");
  assert.equal(signed(0.456, 1), "+0.5");
  assert.equal(signed(-0.001), "+0.00"); // what reads as 0 is never negative
  assert.equal(signed(-0.001, 3), "−0.001");
  assert.equal(minus("-3"), "−3");
  assert.equal(minus("1e-3"), "1e-3");
});

test("an arrow key goes to the next step, and not beyond the ends", () => {
  const range = { low: -4, high: 4, step: 0.05 };
  assert.equal(stepped(1, +1, range), 1.05);
  assert.equal(stepped(1, -1, range), 0.95);
  assert.equal(stepped(1.02, +1, range), 1.05);
  assert.equal(stepped(1.02, -1, range), 1);
  assert.equal(stepped(4, +1, range), 4);
  assert.equal(stepped(-4, -1, range), -4);
  assert.equal(stepped(25, +1, { low: 20, high: 500, step: 10 }), 30);
  assert.equal(stepped(0.5, +1, {}), 1);
});

test("on a logarithmic scale an arrow key changes the second digit, and what is shown goes on", () => {
  const range = { low: 0.001, high: 10, log: true };
  assert.equal(stepped(0.5, +1, range), 0.51);
  assert.equal(stepped(1, +1, range), 1.1);
  assert.equal(stepped(0.001, -1, range), 0.001);
  for (const way of [+1, -1]) {
    let [value, presses] = [way > 0 ? 0.001 : 10, 0];
    const end = way > 0 ? 10 : 0.001;
    for (; value !== end && presses < 500; presses++) {
      const next = readNumber(short(stepped(value, way, range)));
      assert.ok(way * (next - value) > 0, `${value} to ${next}`);
      value = next;
    }
    assert.ok(presses < 400, `${presses} presses`);
  }
});
