import { join, resolve } from "node:path";
import type { Finding, Position } from "../finding.ts";
import type { Environment } from "../gateway-config.ts";
import { type MapNode, type ScalarNode, isAbsent } from "./config-node.ts";
import { readDotEnv, readEnvironmentBlock, takesDotEnv } from "./environment.ts";
import { includePath, includedFiles, mergeIncluded } from "./include.ts";
import { readYaml } from "./read-yaml.ts";
import { resolveReferences } from "./references.ts";
import { SourceFault } from "./source-fault.ts";

/** What reading a config needs of the machine. */
export interface ConfigIo {
  /** The text of a file; it throws where there is none. */
  readText(path: string): Promise<string>;
  readonly env: Environment;
  /** Where `.env` lies. */
  readonly cwd: string;
}

/** A config with its includes and environment variables put in, not yet read. */
export interface ConfigDocument {
  /** Absent if a file could not be read. */
  readonly root: MapNode | undefined;
  /** What `.env` and `environment_variables` put over the process's environment. */
  readonly environment: Environment;
  /** That, and the process's own. */
  readonly env: Environment;
  /** Every file that was asked for, with its text: a change of any is a change of the config. */
  readonly sources: ReadonlyMap<string, string | undefined>;
  readonly findings: readonly Finding[];
}

/** Reads a config file and everything that it includes. Never throws: what is wrong is among the findings. */
export async function readConfigFile(path: string, io: ConfigIo): Promise<ConfigDocument> {
  const findings: Finding[] = [];
  const sources = new Map<string, string | undefined>();
  const root = await readTree(path, { io, sources }).catch((error: unknown) => {
    findings.push(toFinding(error));
    return undefined;
  });
  const dotEnv = takesDotEnv(io.env) ? await readOptional(join(io.cwd, ".env"), { io, sources }) : undefined;
  const added = dotEnv === undefined ? {} : readDotEnv(dotEnv, io.env);
  const known = { ...io.env, ...added };
  const set = root && readEnvironmentBlock(root, known, (finding) => findings.push(finding));
  const env = { ...known, ...set };
  const resolved = root && resolveReferences(root, env);
  return { root: resolved, environment: { ...added, ...set }, env, sources, findings };
}

interface Reading {
  readonly io: ConfigIo;
  readonly sources: Map<string, string | undefined>;
}

/** A file that was read, and the files that led to it, itself the last. */
interface SourceFile {
  readonly path: string;
  readonly within: readonly string[];
  readonly root: MapNode;
}

/** A file with its includes, and theirs, level by level as LiteLLM does: what is named later comes later. */
async function readTree(path: string, reading: Reading): Promise<MapNode> {
  const start = { file: path, line: 0, column: 0 };
  const first = { path, within: [resolve(path)], root: await readMap(path, start, reading) };
  let merged = first.root;
  const files: SourceFile[] = [first];
  const done = new Set(first.within);
  // The list grows while it is walked.
  for (const file of files) {
    for (const include of includedFiles(file.root)) {
      const next = includePath(include, file.path);
      const identity = resolve(next);
      if (file.within.includes(identity)) throw cycle(include);
      if (done.has(identity)) continue;
      done.add(identity);
      const root = await readMap(next, include.position, reading);
      merged = mergeIncluded(merged, root);
      files.push({ path: next, within: [...file.within, identity], root });
    }
  }
  return merged;
}

function cycle(include: ScalarNode): SourceFault {
  return new SourceFault(
    "broken_include",
    `${include.text} includes this file again. Remove one of the two.`,
    include.position,
  );
}

async function readMap(path: string, named: Position, reading: Reading): Promise<MapNode> {
  const text = await readOptional(path, reading);
  if (text === undefined) throw new SourceFault("missing_file", `The file ${path} can't be read.`, named);
  const node = readYaml(text, path);
  if (node.kind === "map") return node;
  const found = isAbsent(node) ? "The file is empty" : `The file holds a ${node.kind}`;
  throw new SourceFault("broken_yaml", `${found}; a config is a map with model_list in it.`, node.position);
}

async function readOptional(path: string, { io, sources }: Reading): Promise<string | undefined> {
  const text = await io.readText(path).catch(() => undefined);
  sources.set(path, text);
  return text;
}

function toFinding(error: unknown): Finding {
  if (!(error instanceof SourceFault)) throw error;
  return { ...error.position, level: "error", code: error.code, message: error.message, path: "" };
}
