import { type Deployment, OutcropError } from "@outcrop/sdk";
import type { GatewayConfig, ModelEntry } from "../config/gateway-config.ts";
import { nearest } from "../config/keys/nearest.ts";
import { toOutcropError } from "../http/to-outcrop-error.ts";
import { type DefaultRequest, parseDefaultRequest } from "./shaping/default-request.ts";

/** A deployment that calls can go to. */
export interface Target {
  readonly entry: ModelEntry;
  /** Absent where a mock answers in its place. */
  readonly deployment: Deployment | undefined;
  readonly defaults: DefaultRequest;
  /** No other deployment of its group can be called. */
  readonly isAlone: boolean;
}

/** What a model name leads to: one target at least. */
export interface Group {
  /** The name, after aliases. */
  readonly name: string;
  /** What the config calls it: the same, or the pattern that matches it. */
  readonly key: string;
  readonly targets: readonly Target[];
}

/** The models of a config, by every name that leads to them. */
export interface ModelGroups {
  /** @throws OutcropError `invalid_model` for a name that leads nowhere, `not_found` where nothing can be called. */
  resolve(model: string): Group;
  /** The same, for names that the config itself wrote. */
  find(model: string): Group | undefined;
  /** Those that clients may ask for, in the order of the config. */
  readonly names: readonly string[];
}

interface Candidate {
  readonly entry: ModelEntry;
  readonly defaults: DefaultRequest | undefined;
  /** Why it can't be called. */
  readonly unavailable: string | undefined;
}

/** Aliases come before groups, groups before deployments by their ids, and patterns last, the most specific first. */
export function createModelGroups(config: GatewayConfig): ModelGroups {
  const candidates = config.models.map(toCandidate);
  const groups = Map.groupBy(candidates, ({ entry }) => entry.modelName);
  const byId = new Map(candidates.map((candidate) => [candidate.entry.id, candidate]));
  const patterns = candidates
    .filter(({ entry }) => entry.wildcard)
    .toSorted((one, other) => specificity(other.entry) - specificity(one.entry));
  const names = namesOf(config);

  function lookUp(name: string): readonly Candidate[] {
    const exact = groups.get(name)?.filter(({ entry }) => !entry.wildcard) ?? [];
    const candidate = byId.get(name);
    if (exact.length > 0 || candidate) return exact.length > 0 || !candidate ? exact : [candidate];
    const pattern = patterns.find(({ entry }) => entry.wildcard?.matches(name));
    return pattern ? (groups.get(pattern.entry.modelName) ?? []) : [];
  }

  function toTarget({ entry, defaults, unavailable }: Candidate, name: string): Target | undefined {
    if (unavailable !== undefined || !defaults) return undefined;
    const deployment = entry.wildcard ? entry.wildcard.resolve(name) : entry.deployment;
    if (!deployment && entry.shaping.mockResponse === undefined) return undefined;
    const group = groups.get(entry.modelName) ?? [];
    return {
      entry,
      deployment,
      defaults,
      isAlone: group.filter((other) => other.unavailable === undefined).length === 1,
    };
  }

  function resolve(model: string): Group {
    const name = afterAliases(config, model);
    const found = lookUp(name);
    const [first] = found;
    if (!first) throw unknownModel(model, names);
    const targets = found.flatMap((candidate) => toTarget(candidate, name) ?? []);
    if (targets.length > 0) return { name, key: first.entry.modelName, targets };
    throw new OutcropError(
      "not_found",
      first.unavailable ?? `"${model}" leads to no model that can be called.`,
    );
  }

  return {
    names,
    resolve: (model) => resolve(config.general.completionModel ?? model),
    find(model) {
      try {
        return resolve(model);
      } catch {
        return undefined;
      }
    },
  };
}

/** The entry that an object has itself: a model may well be called `constructor`. */
export function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function toCandidate(entry: ModelEntry): Candidate {
  const isCallable = entry.deployment ?? entry.wildcard ?? entry.shaping.mockResponse;
  if (isCallable === undefined) {
    return {
      entry,
      defaults: undefined,
      unavailable: entry.unavailable ?? `"${entry.modelName}" can't be called.`,
    };
  }
  try {
    return { entry, defaults: parseDefaultRequest(entry.defaults), unavailable: undefined };
  } catch (error) {
    const { message } = toOutcropError(error);
    return {
      entry,
      defaults: undefined,
      unavailable: `"${entry.modelName}" has parameters in the config that can't be sent: ${message}`,
    };
  }
}

function specificity({ wildcard }: ModelEntry): number {
  return wildcard?.specificity ?? 0;
}

function afterAliases({ litellm, router }: GatewayConfig, model: string): string {
  const name = own(litellm.modelAliasMap, model) ?? model;
  return own(router.modelGroupAlias, name)?.model ?? name;
}

function namesOf({ models, router }: GatewayConfig): readonly string[] {
  const aliases = Object.entries(router.modelGroupAlias).filter(([, { hidden }]) => !hidden);
  return [...new Set([...models.map(({ modelName }) => modelName), ...aliases.map(([alias]) => alias)])];
}

/** How many names an error lists. */
const maxListed = 30;

function unknownModel(model: string, names: readonly string[]): OutcropError {
  const near = nearest(model.slice(0, 200), names);
  const guess = near === undefined ? "" : ` Did you mean "${near}"?`;
  const more = names.length > maxListed ? `, and ${names.length - maxListed} more (GET /v1/models)` : "";
  const list = `There is: ${names.slice(0, maxListed).join(", ")}${more}.`;
  return new OutcropError("invalid_model", `There is no model "${model.slice(0, 200)}".${guess} ${list}`, {
    param: "model",
  });
}
