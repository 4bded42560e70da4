import {
  type Alias,
  LineCounter,
  type Pair,
  type ParsedNode,
  type Scalar,
  type YAMLMap,
  isAlias,
  isScalar,
  isSeq,
  parseDocument,
} from "yaml";
import type { Position } from "../finding.ts";
import { type ConfigEntry, type ConfigNode, type MapNode, type ScalarNode } from "./config-node.ts";
import { readPlainScalar } from "./plain-scalar.ts";
import { SourceFault } from "./source-fault.ts";

function fault(message: string, position: Position): SourceFault {
  return new SourceFault("broken_yaml", `This is not YAML: ${message}.`, position);
}

/** More values than any real config has: an alias of aliases of aliases. */
const mostValues = 200_000;

/**
 * Reads YAML as PyYAML does, and keeps where everything stands. Anchors, aliases and merge keys are put in;
 * a key that is given twice counts as it is given last, and what it replaces is kept aside.
 *
 * @throws SourceFault for what PyYAML does not read either.
 */
export function readYaml(text: string, file: string): ConfigNode {
  const lines = new LineCounter();
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const contents = parse(text, lines, at);
  if (contents === null) return { kind: "scalar", value: null, text: "", position: at(0) };
  const node = createReader(at)(contents);
  if (countValues(node, new Map()) > mostValues) {
    throw fault("its aliases unfold to too many values", at(0));
  }
  return node;
}

type Locate = (offset: number) => Position;

function parse(text: string, lineCounter: LineCounter, at: Locate): ParsedNode | null {
  try {
    // With this schema every scalar is text: what the words mean is read by our own rules.
    const document = parseDocument(text, {
      schema: "failsafe",
      uniqueKeys: false,
      prettyErrors: false,
      lineCounter,
    });
    const [first] = document.errors;
    if (first) throw fault(explain(first.code, first.message), at(first.pos[0]));
    return document.contents;
  } catch (error) {
    if (error instanceof RangeError) throw fault("it is nested too deeply", at(0));
    throw error;
  }
}

/** The parser's messages may quote the text, which may be a secret. */
function explain(code: string, message: string): string {
  if (code === "MULTIPLE_DOCS") return "a second document begins here; a config is one document";
  return message.replace(/: ".*"$/s, "").replace(/^./, (first) => first.toLowerCase());
}

/** Makes nodes of the parser's; it remembers the anchors that it has met. */
function createReader(at: Locate): (node: ParsedNode | null) => ConfigNode {
  const anchors = new Map<string, ConfigNode | "open">();

  function read(node: ParsedNode | null): ConfigNode {
    if (node === null) return { kind: "scalar", value: null, text: "", position: at(0) };
    if (isAlias(node)) return follow(node);
    if (node.anchor === undefined) return readContent(node);
    anchors.set(node.anchor, "open");
    const content = readContent(node);
    anchors.set(node.anchor, content);
    return content;
  }

  function follow(alias: Alias.Parsed): ConfigNode {
    const target = anchors.get(alias.source);
    const position = at(alias.range[0]);
    if (target === "open") throw fault(`*${alias.source} stands inside what it names`, position);
    if (target === undefined) throw fault(`*${alias.source} names no anchor before it`, position);
    return target;
  }

  function readContent(node: Exclude<ParsedNode, Alias.Parsed>): ConfigNode {
    if (isScalar(node)) return readScalar(node, at(node.range[0]));
    const position = at(node.range[0]);
    if (node.tag !== undefined && !collectionTags.has(node.tag))
      throw fault(`the tag ${node.tag} is not read`, position);
    if (isSeq(node))
      return { kind: "list", position, items: node.items.map((item) => read(item as ParsedNode | null)) };
    return readMap(node, position);
  }

  function readMap(map: YAMLMap.Parsed, position: Position): MapNode {
    const merged: ConfigEntry[] = [];
    const own: ConfigEntry[] = [];
    for (const pair of map.items) {
      const entry = readPair(pair);
      if (entry.key === "<<" && isPlain(pair.key)) merged.push(...mergedEntries(entry));
      else own.push(entry);
    }
    return joinEntries(own, merged, position);
  }

  function readPair(pair: Pair<ParsedNode, ParsedNode | null>): ConfigEntry {
    const key = read(pair.key);
    if (key.kind !== "scalar") throw fault("a key must be text", key.position);
    const value = pair.value === null ? emptyAt(key.position) : read(pair.value);
    return { key: key.text, position: key.position, value };
  }

  return read;
}

function isPlain(node: unknown): boolean {
  return isScalar(node) && node.type === "PLAIN";
}

function emptyAt(position: Position): ScalarNode {
  return { kind: "scalar", value: null, text: "", position };
}

/** The last of a key's own entries counts; what is merged in only fills up. */
function joinEntries(
  own: readonly ConfigEntry[],
  merged: readonly ConfigEntry[],
  position: Position,
): MapNode {
  const entries = new Map<string, ConfigEntry>();
  const shadowed: MapNode["shadowed"][number][] = [];
  for (const entry of own) {
    const before = entries.get(entry.key);
    if (before) shadowed.push({ entry: before, by: entry.position, how: "duplicate" });
    entries.set(entry.key, entry);
  }
  for (const entry of merged) if (!entries.has(entry.key)) entries.set(entry.key, entry);
  return { kind: "map", position, entries: [...entries.values()], shadowed };
}

/** `<<` takes a map, or a list of maps of which the first that has a key wins. */
function mergedEntries({ value, position }: ConfigEntry): readonly ConfigEntry[] {
  const maps = value.kind === "list" ? value.items : [value];
  return maps.flatMap((map) => {
    if (map.kind === "map") return map.entries;
    throw fault("<< merges maps, and this is none", position);
  });
}

const collectionTags = new Set(["tag:yaml.org,2002:map", "tag:yaml.org,2002:seq", "!"]);
const readableTags = new Set(["int", "float", "bool", "null"].map((name) => `tag:yaml.org,2002:${name}`));

function readScalar(node: Scalar.Parsed, position: Position): ScalarNode {
  const text = typeof node.value === "string" ? node.value : "";
  const tag = node.tag === "!" ? undefined : node.tag;
  if (tag !== undefined && tag !== "tag:yaml.org,2002:str") {
    if (!readableTags.has(tag)) throw fault(`the tag ${tag} is not read`, position);
    return { kind: "scalar", value: readPlainScalar(text), text, position };
  }
  const plain = tag === undefined && node.type === "PLAIN";
  return { kind: "scalar", value: plain ? readPlainScalar(text) : text, text, position };
}

/** How many values a node unfolds to; shared ones are counted once and added as often as they stand. */
function countValues(node: ConfigNode, counted: Map<ConfigNode, number>): number {
  const known = counted.get(node);
  if (known !== undefined) return known;
  const children =
    node.kind === "map" ? node.entries.map(({ value }) => value) : node.kind === "list" ? node.items : [];
  const total = children.reduce((sum, child) => sum + countValues(child, counted), 1);
  counted.set(node, total);
  return total;
}
