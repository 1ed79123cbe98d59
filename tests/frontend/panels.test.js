import assert from "node:assert/strict";
import test from "node:test";
import { momentOf, nearestLine } from "../../nncourse/widgets/frontend/panels/curves.js";
import {
  along,
  isUnit,
  layOut,
  linkCurve,
  same,
  thingAt,
} from "../../nncourse/widgets/frontend/panels/graph.js";

/* A 2-3-1 network with all its links, on a canvas. */
function drawn() {
  const { units, side } = layOut([2, 3, 1], 400, 300);
  const links = [0, 1].flatMap((from) => [2, 3, 4].map((to) => ({ from, to })));
  links.push(...[2, 3, 4].map((from) => ({ from, to: 5 })));
  const curves = links.map((link) => ({ ...link, curve: linkCurve(units[link.from], units[link.to], side) }));
  return { units, side, curves };
}

test("units are in columns from left to right, inside the canvas", () => {
  const { units, side } = drawn();
  assert.deepEqual(
    units.map(({ layer, row }) => [layer, row]),
    [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
      [1, 2],
      [2, 0],
    ],
  );
  assert.ok(units[0].x < units[2].x && units[2].x < units[5].x);
  assert.equal(units[2].x, units[4].x);
  for (const { x, y } of units)
    assert.ok(x - side / 2 >= 0 && x + side / 2 <= 400 && y - side / 2 >= 0 && y + side / 2 <= 300);
});

test("units are as large as there is room, also many of them, and never over one another", () => {
  for (const [sizes, width, height, least] of [
    [[2, 8, 1], 365, 270, 28],
    [[2, 8, 8, 8, 8, 8, 8, 1], 365, 270, 28],
    [[2, 16, 16, 1], 365, 270, 26],
    [[2, 16, 16, 16, 16, 16, 16, 1], 468, 284, 14],
  ]) {
    const { units, side } = layOut(sizes, width, height);
    assert.ok(side >= least, `${sizes}: ${side}`);
    units.forEach((one, i) => {
      assert.ok(one.x - side / 2 >= 0 && one.x + side / 2 <= width);
      assert.ok(one.y - side / 2 >= 0 && one.y + side / 2 <= height);
      for (const other of units.slice(i + 1))
        assert.ok(Math.max(Math.abs(one.x - other.x), Math.abs(one.y - other.y)) > side);
    });
  }
});

test("a pointer finds the unit under it, and the line nearest to it", () => {
  const all = drawn();
  all.units.forEach(({ x, y }, unit) => {
    assert.deepEqual(thingAt(all, [x, y]), { unit });
  });
  const link = all.curves.find(({ from, to }) => from === 4 && to === 5);
  assert.deepEqual(thingAt(all, along(link.curve, 0.5)), { unit: 5, from: 4 });
  assert.equal(thingAt(all, [200, 299]), null);
});

test("a link's curve begins and ends at its units", () => {
  const { units, side } = drawn();
  const curve = linkCurve(units[0], units[3], side);
  assert.deepEqual(along(curve, 0), [units[0].x + side / 2, units[0].y]);
  assert.deepEqual(along(curve, 1), [units[3].x - side / 2, units[3].y]);
});

test("a unit is no link into it", () => {
  assert.ok(isUnit({ unit: 2 }) && !isUnit({ unit: 2, from: -1 }) && !isUnit(null));
  assert.ok(same({ unit: 2, from: 0 }, { unit: 2, from: 0 }) && same(null, null));
  assert.ok(!same({ unit: 2 }, { unit: 2, from: 0 }) && !same({ unit: 2 }, null));
});

test("a click chooses the nearest curve, if one is near", () => {
  const lines = [
    {
      choice: 3,
      places: [
        [0, 0],
        [100, 0],
      ],
    },
    {
      choice: 8,
      places: [
        [0, 20],
        [100, 20],
      ],
    },
  ];
  assert.equal(nearestLine(lines, [50, 4]), 3);
  assert.equal(nearestLine(lines, [50, 17]), 8);
  assert.equal(nearestLine(lines, [50, 40]), null);
  assert.equal(nearestLine(lines, [120, 0]), null); // beyond its end
});

test("a line has its dot at the moment that is shown, however its numbers are rounded", () => {
  const moments = Array.from({ length: 300 }, (_, step) => (32 * step) / 1347); // epochs
  const numbers = new Float32Array(moments);
  moments.forEach((moment, i) => {
    assert.equal(momentOf(numbers, moment), i);
  });
  assert.equal(momentOf(numbers, 8), -1);
});
