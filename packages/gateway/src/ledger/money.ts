/** Picodollars: 10⁻¹² USD. The price of a single token is a whole number of them, and so every sum is exact. */
export type Money = bigint;

const perDollar = 10n ** 12n;

/** An amount or a price in USD as it is written, in decimals; what is finer than a picodollar is rounded. */
export function toMoney(dollars: number): Money {
  const [mantissa = "0", exponent = "0"] = String(dollars).split("e");
  const [whole = "0", fraction = ""] = mantissa.split(".");
  const digits = BigInt(whole + fraction);
  const shift = 12 + Number(exponent) - fraction.length;
  return shift < 0 ? divideRounded(digits, 10n ** BigInt(-shift)) : digits * 10n ** BigInt(shift);
}

function divideRounded(amount: bigint, divisor: bigint): bigint {
  return (amount < 0n ? amount - divisor / 2n : amount + divisor / 2n) / divisor;
}

/** USD as a number, for JSON and headers. */
export function toDollars(money: Money): number {
  return Number(money) / Number(perDollar);
}

/** USD for a person: `$1,234.5678`. */
export function formatMoney(money: Money, decimals = 4): string {
  const rounded = divideRounded(money, 10n ** BigInt(12 - decimals));
  const digits = String(rounded < 0n ? -rounded : rounded).padStart(decimals + 1, "0");
  const whole = digits.slice(0, -decimals).replaceAll(/\B(?=(?:\d{3})+$)/g, ",");
  return `${rounded < 0n ? "-" : ""}$${whole}.${digits.slice(-decimals)}`;
}

/** The sum. */
export function addUp(amounts: readonly Money[]): Money {
  return amounts.reduce((total, amount) => total + amount, 0n);
}

/** A part of an amount, as `part / whole`; rounded down. */
export function fractionOf(amount: Money, part: number, whole: number): Money {
  return (amount * BigInt(Math.round(part))) / BigInt(Math.round(whole));
}

/**
 * Splits an amount by weights so that the parts add up to it exactly: each gets its quota rounded down, and what is
 * left goes, one picodollar each, to those who have lost the most by that. Without any weight all count alike.
 */
export function apportion(amount: Money, weights: readonly bigint[]): readonly Money[] {
  const sum = addUp(weights);
  if (sum === 0n)
    return weights.length === 0
      ? []
      : apportion(
          amount,
          weights.map(() => 1n),
        );
  const parts = weights.map((weight) => (amount * weight) / sum);
  const losses = weights.map((weight, index) => ({ index, loss: (amount * weight) % sum }));
  const left = Number(amount - addUp(parts));
  const favoured = losses.toSorted(
    (one, other) => Number(other.loss > one.loss) - Number(other.loss < one.loss),
  );
  for (const { index } of favoured.slice(0, left)) parts[index] = (parts[index] ?? 0n) + 1n;
  return parts;
}
