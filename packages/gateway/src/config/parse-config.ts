import { type Finding, hasErrors } from "./finding.ts";
import type { GatewayConfig, ModelEntry } from "./gateway-config.ts";
import { type Place, inside } from "./keys/kind.ts";
import { mapOfBlock, readBlock } from "./keys/read-block.ts";
import { topLevel } from "./keys/top-level.ts";
import { reportUnknownKey } from "./keys/unknown-key.ts";
import { type Params, noParams, readParams } from "./models/params.ts";
import { readCredentials } from "./models/read-credentials.ts";
import { readModelList } from "./models/read-model-list.ts";
import { scrubFindings } from "./scrub-findings.ts";
import { checkGroups } from "./settings/check-groups.ts";
import { checkShadowed } from "./settings/check-shadowed.ts";
import { parseSettings } from "./settings/parse-settings.ts";
import type { ConfigNode, MapNode } from "./source/config-node.ts";
import type { ConfigDocument } from "./source/read-config-file.ts";

/** A config, read, with all that there is to say about it. */
export interface ParsedConfig {
  /** Absent when an error is among the findings. */
  readonly config: GatewayConfig | undefined;
  /** The models that could be read, whether or not there is an error elsewhere. */
  readonly models: readonly ModelEntry[];
  /** In the order of the files. */
  readonly findings: readonly Finding[];
}

/** Reads a document: every value gets its kind and every default is filled in. Pure. */
export function parseConfig(document: ConfigDocument): ParsedConfig {
  const findings: Finding[] = [...document.findings];
  const { root } = document;
  if (root === undefined) return { config: undefined, models: [], findings };
  const place = { path: "", report: (finding: Finding) => findings.push(finding) };
  checkShadowed(root, place.report);
  const config = readRoot(root, document, place);
  checkGroups(root, config.models, place);
  const ordered = scrubFindings(inOrder(findings, [...document.sources.keys()]), root);
  return { config: hasErrors(ordered) ? undefined : config, models: config.models, findings: ordered };
}

function readRoot(root: MapNode, document: ConfigDocument, place: Place): GatewayConfig {
  const { values: blocks, unknown } = readBlock(root, topLevel, place);
  for (const entry of unknown) reportUnknownKey(entry, topLevel, inside(place, entry.key));
  const { defaultParams, ...settings } = parseSettings(blocks, document, place);
  const context = {
    ...inherited(settings),
    credentials: readCredentials(blocks.credential_list, inside(place, "credential_list")),
    defaults: readDefaults(defaultParams, inside(inside(place, "router_settings"), "default_litellm_params")),
    env: document.env,
  };
  const models = readModelList(root, blocks.model_list, { place: inside(place, "model_list"), context });
  return { ...settings, models, environment: document.environment };
}

function readDefaults(node: ConfigNode | undefined, place: Place): Params {
  const map = mapOfBlock(node, place);
  return map === undefined ? noParams : readParams(map, place);
}

/** What a model takes over where it says nothing itself. */
function inherited({ litellm, router, outcrop }: Pick<GatewayConfig, "litellm" | "router" | "outcrop">) {
  return {
    dropParams: litellm.dropParams,
    modifyParams: litellm.modifyParams,
    timeout: router.timeout,
    streamTimeout: router.streamTimeout,
    numRetries: router.numRetries,
    coldStart: outcrop.coldStart,
    coldStartGrace: outcrop.coldStartGrace,
    coldStartTimeout: outcrop.coldStartTimeout,
  };
}

/** As a person reads the files: from the top, one file after the other. */
function inOrder(findings: readonly Finding[], files: readonly string[]): readonly Finding[] {
  const rank = new Map(files.map((file, index) => [file, index]));
  return findings.toSorted(
    (left, right) =>
      (rank.get(left.file) ?? 0) - (rank.get(right.file) ?? 0) ||
      left.line - right.line ||
      left.column - right.column,
  );
}
