// Numbers as the server writes them (simulator/core/numbers.py): three digits, powers of ten where they are long.

const SUPERSCRIPTS = {"-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹"};

export function formatNumber(value, digits = 3) {
  if (value === 0) return "0";
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "–" : "∞";
  const sign = value < 0 ? "−" : "";
  const [mantissa, exponent] = Math.abs(value).toExponential(digits - 1).split("e");
  const rounded = Number(`${mantissa}e${exponent}`);
  if (rounded >= 1e-3 && Math.round(Math.abs(value)) < 1e5) {
    const text = Math.abs(value).toFixed(Math.max(digits - 1 - Number(exponent), 0));
    return sign + (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
  }
  const power = "10" + [...String(Number(exponent))].map((character) => SUPERSCRIPTS[character]).join("");
  const head = mantissa.includes(".") ? mantissa.replace(/\.?0+$/, "") : mantissa;
  return sign + (head === "1" ? power : `${head} × ${power}`);
}

// A learning rate typed by hand, or NaN: plain decimals and exponents, with a point or a comma.
export function readRate(text) {
  const plain = text.trim().replace(",", ".");
  return /^\+?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i.test(plain) ? Number(plain) : NaN;
}
