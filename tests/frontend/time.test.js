import assert from "node:assert/strict";
import test from "node:test";
import { memory, momentWords, reel } from "../../nncourse/widgets/frontend/time.js";

const frame = (at, generation = 1, moments = [at]) => ({ at, generation, moments });

test("a moment seen before is there", () => {
  const seen = memory();
  seen.keep(frame(0));
  seen.keep(frame(10));
  assert.equal(seen.at(0).at, 0);
  assert.equal(seen.at(5), undefined);
});

test("another generation: what was seen is no longer true", () => {
  const seen = memory();
  seen.keep(frame(0, 1));
  seen.keep(frame(10, 2));
  assert.equal(seen.at(0), undefined);
  assert.equal(seen.at(10).generation, 2);
});

test("moments that can no longer be looked at are forgotten, so that memory stays small", () => {
  const seen = memory();
  for (let at = 0; at <= 100; at++) seen.keep(frame(at, 1, [0, at]));
  assert.equal(seen.at(0).at, 0);
  assert.equal(seen.at(100).at, 100);
  assert.equal(seen.at(50), undefined);
});

test("what was recorded is all there, and stays when one of its frames is shown", () => {
  const frames = [0, 1, 2].map((at) => frame(at, 7, [0, 1, 2]));
  const seen = memory(frames);
  seen.keep(frames[2]);
  assert.deepEqual(
    [0, 1, 2].map((at) => seen.at(at).at),
    [0, 1, 2],
  );
});

test("a moment is told in its own words, or in steps", () => {
  assert.equal(momentWords({ at: 12345 }), "step 12,345");
  assert.equal(momentWords({ at: 3, when: "rate 0.1" }), "rate 0.1");
  assert.equal(momentWords(undefined, 40), "step 40");
});

test("on a page that does not draw, few of the frames of a play that goes on elsewhere are kept", () => {
  const [turns, drawn] = [[], []];
  globalThis.requestAnimationFrame = (turn) => turns.push(turn);
  const play = reel(
    (frame) => drawn.push(frame.at),
    () => {},
  );
  for (let at = 0; at < 100_000; at++) play.add(frame(at));
  assert.equal(turns.length, 1);
  while (turns.length) turns.shift()();
  assert.ok(drawn.length <= 16);
  assert.equal(drawn.at(-1), 99_999);
  delete globalThis.requestAnimationFrame;
});
