/* Numbers as they are shown and typed. */

export const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
export const minus = (text) => text.replace(/^-/, "−");
/* With its sign; what reads as 0 is never negative. */
export function signed(value, digits = 2) {
  const text = Math.abs(value).toFixed(digits);
  return (value < 0 && Number(text) ? "−" : "+") + text;
}
/* For messages: four digits are enough for the place of a mouse. */
export const rounded = (value) => Number(value.toPrecision(4));

/* A number as a person would type it, with all its digits. */
export const plain = (value) => (value && Math.abs(value) < 1e-4 ? value.toExponential() : String(value));

/* The same, whole or with three significant digits. */
export function short(value) {
  if (Number.isInteger(value)) return String(value);
  return plain(Number(Number(value).toPrecision(3)));
}

/* What is said of a text that `readNumber` does not accept. */
export const unclear = (text) => `${text.slice(0, 40)} is not clear as a number: write it like 0.5 or 1500`;

/* What a number field accepts: 0.3, .3, 3e-1, and 0,3 with a decimal comma; any minus sign, the wide
   digits of a Japanese keyboard, and thousands parted by spaces. The rest is null, also 1,234, which is
   a different number in different countries. */
export function readNumber(text) {
  const typed = text.normalize("NFKC").trim().replace(/[−–]/g, "-");
  if (/^[+-]?[1-9]\d{0,2},\d{3}$/.test(typed)) return null;
  const grouped = /^[+-]?\d{1,3}( \d{3})+([.,]\d*)?$/.test(typed) ? typed.replaceAll(" ", "") : typed;
  const plain = grouped.includes(".") ? grouped : grouped.replace(",", ".");
  const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain) ? Number(plain) : null;
  return Number.isFinite(number) ? number : null;
}

/* The next number up (+1) or down (-1) among low, low + step, ... high; with `log`, among those that have
   two digits. */
export function stepped(value, way, { low = -Infinity, high = Infinity, step = 1, log = false }) {
  const one = log ? 10 ** Math.floor(Math.log10(Math.max(value, low)) - 1) : step;
  const base = Number.isFinite(low) && !log ? low : 0;
  const places = (value - base) / one;
  const whole = Math.abs(places - Math.round(places)) < 1e-6;
  const next = whole ? Math.round(places) + way : way > 0 ? Math.ceil(places) : Math.floor(places);
  return clamp(Number((base + next * one).toPrecision(12)), low, high);
}
