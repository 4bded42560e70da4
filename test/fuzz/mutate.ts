import type { JsonObject, JsonValue } from "@outcrop/sdk";
import type { Dice } from "./random.ts";

/** Stands in a tree for JSON text that no tree can hold: numbers beyond all measure, deep nesting, double keys. */
const raw = (text: string) => `@@${Buffer.from(text).toString("base64url")}@@`;

const deep = (levels: number, open = "[", close = "]") =>
  open.repeat(levels) + (open === "[" ? "" : "1") + close.repeat(levels);

const words = (text: string) => text.trim().split(/\s+/);

/** Values that somebody, somewhere, has not thought of. */
const hostileValues: readonly JsonValue[] = [
  null,
  true,
  false,
  0,
  -1,
  -0,
  1.5,
  1e308,
  -1e308,
  2 ** 53 + 1,
  1e-320,
  128,
  129,
  2147483648,
  ...words("x 0 -1 NaN Infinity true null [] {} __proto__ constructor toString auto none required text user"),
  ...words(
    "assistant tool system ../../etc/passwd {{7*7}} <|im_end|> <think> data: data:;base64, http://[::1]/",
  ),
  ...words(
    "os.environ/AWS_SECRET_ACCESS_KEY data:image/png;base64,@@@ data:image/svg+xml,<svg/> file:///etc/passwd",
  ),
  "",
  " ",
  "\u0000",
  "\ud800",
  "\u202e\ufeff",
  "💥",
  "{% for x in y %}",
  '{"location":"Oslo"}',
  [],
  {},
  [[]],
  [{}],
  [null],
  [""],
  { "": "" },
  { type: "text" },
  { type: null },
  { length: 3 },
  { toString: 1, valueOf: 2 },
  ...words("1e999 -1e999 123456789012345678901234567890 0.1e-999").map(raw),
  raw('{"a":1,"a":2,"a":{"a":3}}'),
  raw('{"__proto__":{"stream":true,"isAdmin":true}}'),
  raw('{"constructor":{"prototype":{"isAdmin":true}}}'),
];

/** The same, and long. */
const heavyValues: readonly JsonValue[] = [
  "x".repeat(10_000),
  '"'.repeat(2000),
  "\\".repeat(999),
  "é".repeat(3000),
  Array.from({ length: 300 }, () => ({})),
  Array.from({ length: 300 }, (_, index) => `stop ${index}`),
  ...[deep(499), deep(501), deep(30_000), deep(2000, '{"a":', "}")].map(raw),
  deep(20_000),
  deep(9000, '{"a":', "}"),
];

/** Names of properties that mean something, to us, to AWS, or to JavaScript. */
const hostileNames: readonly string[] = [
  ...words(
    "__proto__ constructor prototype toString hasOwnProperty valueOf length model messages stream n tools",
  ),
  ...words(
    "tool_choice stop timeout num_retries max_retries fallbacks aws_region_name aws_secret_access_key api_base",
  ),
  ...words(
    "api_key extra_headers chat_template wire mock_response metadata tags user cache caching stream_options",
  ),
  ...words(
    "logit_bias reasoning_effort thinking guardrailConfig chat_template_kwargs extra_body performanceConfig",
  ),
  ...words("serviceTier requestMetadata drop_params stream_timeout a.b[0].c"),
  "",
  " ",
  "\u0000",
  "\ud800",
  "x".repeat(3000),
];

type Tree = JsonValue | undefined;
type Branch = Record<string, Tree> | Tree[];

/** A copy with one to three things wrong. */
export function mutateTree(body: JsonObject, dice: Dice): string {
  let tree: Tree = structuredClone(body);
  for (let left = 1 + dice.below(3); left > 0; left--) tree = mutateOnce(tree, dice);
  return toText(tree);
}

/** JSON, with what stands for text replaced by it. */
function toText(tree: Tree): string {
  return (JSON.stringify(tree) ?? "null").replaceAll(/"@@([\w-]*)@@"/g, (_, text: string) =>
    Buffer.from(text, "base64url").toString(),
  );
}

function mutateOnce(tree: Tree, dice: Dice): Tree {
  const places = placesIn(tree);
  if (places.length === 0 || dice.chance(0.01)) return hostileValue(dice);
  const { branch, name } = dice.pick(places);
  const at = branch as Record<string, Tree>;
  const value = at[name];
  switch (dice.below(7)) {
    case 0:
      delete at[name];
      break;
    case 1:
      set(branch, dice.pick(hostileNames), hostileValue(dice));
      break;
    case 2:
      at[name] = [value] as Tree;
      break;
    case 3:
      at[name] = { type: "text", text: value, [dice.pick(hostileNames)]: value } as Tree;
      break;
    case 4:
      if (Array.isArray(branch))
        branch.push(...Array.from({ length: dice.below(20) }, () => structuredClone(value)));
      else set(branch, dice.pick(hostileNames), structuredClone(value));
      break;
    default:
      at[name] = hostileValue(dice);
  }
  return tree;
}

/** A value of its own, which a later mutation may change. */
function hostileValue(dice: Dice): Tree {
  return structuredClone(dice.pick(dice.chance(0.02) ? heavyValues : hostileValues));
}

/** An own property, whatever its name means to an assignment. */
function set(branch: Branch, name: string, value: Tree): void {
  if (Array.isArray(branch)) branch.push(value);
  else Object.defineProperty(branch, name, { value, enumerable: true, configurable: true, writable: true });
}

function placesIn(tree: Tree): readonly { readonly branch: Branch; readonly name: string }[] {
  if (typeof tree !== "object" || tree === null) return [];
  const branch = tree as Branch;
  return Object.entries(branch).flatMap(([name, value]) => [{ branch, name }, ...placesIn(value)]);
}

/** A copy with something wrong in its bytes. */
export function mutateBytes(text: string, dice: Dice): Buffer {
  const bytes = Buffer.from(text);
  const at = dice.below(bytes.length);
  switch (dice.below(11)) {
    case 0:
      return bytes.subarray(0, at);
    case 1:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + dice.below(8))]);
    case 2:
      return Buffer.concat([
        bytes.subarray(0, at),
        Buffer.from(dice.pick(["\u0000", '"', "\\", "{", "]", ",", ":", "\n", "#", "é"])),
        bytes.subarray(at),
      ]);
    case 3:
      bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << dice.below(8)), at);
      return bytes;
    case 4:
      return Buffer.concat([
        bytes.subarray(0, at),
        Buffer.from([0xc3, 0x28, 0xff, 0xfe, 0xed, 0xa0, 0x80]),
        bytes.subarray(at),
      ]);
    case 5:
      return Buffer.from(
        dice.pick([
          "",
          " ",
          "null",
          "[]",
          "0",
          '"x"',
          "{",
          "}",
          "undefined",
          "\ufeff",
          "a=b&c=d",
          "<xml/>",
          "{}{}",
        ]),
      );
    case 6:
      return Buffer.concat([bytes, bytes]);
    case 7:
      return Buffer.from(text, "utf16le");
    case 8:
      return Buffer.from(text.replaceAll(",", ",,"));
    case 9:
      return Buffer.from(text.replace("}", ", # a comment\n }"));
    default:
      return Buffer.from(Array.from({ length: dice.below(200) }, () => dice.below(256)));
  }
}
