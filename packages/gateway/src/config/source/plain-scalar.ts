/**
 * What an unquoted word of YAML means to PyYAML, which LiteLLM reads its configs with: YAML 1.1, but
 * `y` and `n` are text, and a float needs its point (`1e-6` is text).
 */
export function readPlainScalar(text: string): string | number | boolean | null {
  if (isNull.test(text)) return null;
  if (isTrue.test(text)) return true;
  if (isFalse.test(text)) return false;
  return readInteger(text) ?? readFloat(text) ?? text;
}

const isNull = /^(?:~|null|Null|NULL|)$/;
const isTrue = /^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
const isFalse = /^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$/;

const radixes: readonly (readonly [pattern: RegExp, radix: number])[] = [
  [/^([-+]?)0b([01_]+)$/, 2],
  [/^([-+]?)0x([0-9a-fA-F_]+)$/, 16],
  [/^([-+]?)0([0-7_]+)$/, 8],
  [/^([-+]?)(0|[1-9][0-9_]*)$/, 10],
];

function readInteger(text: string): number | undefined {
  for (const [pattern, radix] of radixes) {
    const [, sign, digits] = pattern.exec(text) ?? [];
    if (digits !== undefined) return signed(sign, Number.parseInt(`0${digits.replaceAll("_", "")}`, radix));
  }
  const [, sign, places] = /^([-+]?)([1-9][0-9_]*(?::[0-5]?[0-9])+)$/.exec(text) ?? [];
  return places === undefined ? undefined : signed(sign, sexagesimal(places));
}

function readFloat(text: string): number | undefined {
  if (/^(?:[-+]?[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)(?:[eE][-+][0-9]+)?$/.test(text)) {
    return Number(text.replaceAll("_", ""));
  }
  const [, sign, places] = /^([-+]?)([0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*)$/.exec(text) ?? [];
  if (places !== undefined) return signed(sign, sexagesimal(places));
  if (/^[-+]?\.(?:inf|Inf|INF)$/.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
  return /^\.(?:nan|NaN|NAN)$/.test(text) ? Number.NaN : undefined;
}

/** YAML 1.1 reads `1:30` as minutes and seconds. */
function sexagesimal(text: string): number {
  return text
    .replaceAll("_", "")
    .split(":")
    .reduce((total, part) => total * 60 + Number(part), 0);
}

function signed(sign: string | undefined, value: number): number {
  return sign === "-" ? -value : value;
}
