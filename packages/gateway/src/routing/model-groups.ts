import { type Deployment, OutcropError } from "@outcrop/sdk";
import type { GatewayConfig, ModelEntry } from "../config/gateway-config.ts";
import { toOutcropError } from "../http/to-outcrop-error.ts";
import { type DefaultRequest, parseDefaultRequest } from "./shaping/default-request.ts";
import { unknownModel } from "./unknown-model.ts";

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
  /** What the config calls it: the same, or the pattern that matches it, or the group of a deployment's id. */
  readonly key: string;
  readonly targets: readonly Target[];
  /** The same by `order`, the lowest first; what has none comes last. */
  readonly levels: readonly (readonly Target[])[];
}

/** The models of a config, by every name that leads to them. */
export interface ModelGroups {
  /** @throws OutcropError `invalid_model` for a name that leads nowhere, `not_found` where nothing can be called. */
  resolve(model: string): Group;
  /** The same for names that the config itself writes; `undefined` where nothing can be called. */
  find(model: string): Group | undefined;
  /** Those that clients may ask for, in the order of the config. */
  readonly names: readonly string[];
}

/** An entry of the config, with its defaults read, or why it can't be called. */
interface Candidate {
  readonly entry: ModelEntry;
  readonly defaults: DefaultRequest | OutcropError;
}

/** Aliases come before groups, groups before deployments by their ids, and patterns last, the most specific first. */
export function createModelGroups(config: GatewayConfig): ModelGroups {
  const candidates = config.models.map((entry): Candidate => ({ entry, defaults: readDefaults(entry) }));
  const groups = Map.groupBy(candidates, ({ entry }) => entry.modelName);
  const byId = Map.groupBy(candidates, ({ entry }) => entry.id);
  const patterns = candidates
    .filter(({ entry }) => entry.wildcard)
    .toSorted((one, other) => specificityOf(other) - specificityOf(one));
  const names = namesOf(config);

  function lookUp(name: string): readonly Candidate[] {
    const exact = groups.get(name)?.filter(({ entry }) => !entry.wildcard) ?? [];
    if (exact.length > 0) return exact;
    const pattern = patterns.find(({ entry }) => entry.wildcard?.matches(name));
    return byId.get(name) ?? groups.get(pattern?.entry.modelName ?? "") ?? [];
  }

  function isAlone({ entry }: Candidate): boolean {
    const others = groups.get(entry.modelName) ?? [];
    return others.filter(({ defaults }) => !(defaults instanceof OutcropError)).length === 1;
  }

  function findGroup(model: string): Group | OutcropError {
    const name = afterAliases(config, model);
    const found = lookUp(name);
    const [first] = found;
    if (!first) return unknownModel(model, names);
    const reached = found.map((candidate) => toTarget(candidate, name, isAlone(candidate)));
    const targets = reached.flatMap((target) => (target instanceof OutcropError ? [] : [target]));
    const refusal = reached.find((target) => target instanceof OutcropError);
    return targets.length === 0 && refusal
      ? refusal
      : { name, key: first.entry.modelName, targets, levels: toLevels(targets) };
  }

  /** What a name has led to. A name that a pattern matches is not kept: clients can make as many as they like. */
  const found = new Map<string, Group>();

  function resolve(model: string): Group {
    const known = found.get(model);
    if (known) return known;
    const group = findGroup(model);
    if (group instanceof OutcropError) throw group;
    if (group.targets.every(({ entry }) => !entry.wildcard)) found.set(model, group);
    return group;
  }

  return {
    names,
    resolve: (model) => resolve(config.general.completionModel ?? model),
    find(model) {
      const group = findGroup(model);
      return group instanceof OutcropError ? undefined : group;
    },
  };
}

/** Targets by `order`, the lowest first; what has none comes last. */
function toLevels(targets: readonly Target[]): readonly (readonly Target[])[] {
  const levels = Map.groupBy(targets, ({ entry }) => entry.routing.order ?? Infinity);
  return [...levels].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, level]) => level);
}

/** The entry that an object has itself: a model may well be called `constructor`. */
export function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function readDefaults({ modelName, unavailable, defaults }: ModelEntry): DefaultRequest | OutcropError {
  if (unavailable !== undefined) return new OutcropError("not_found", unavailable, { param: "model" });
  try {
    return parseDefaultRequest(defaults);
  } catch (error) {
    const { message } = toOutcropError(error);
    return new OutcropError(
      "not_found",
      `"${modelName}" has parameters in the config that can't be sent: ${message}`,
    );
  }
}

/** The target that a candidate is for a name, or why it is none. */
function toTarget({ entry, defaults }: Candidate, name: string, isAlone: boolean): Target | OutcropError {
  if (defaults instanceof OutcropError) return defaults;
  try {
    const deployment = entry.wildcard ? entry.wildcard.resolve(name) : entry.deployment;
    if (deployment || entry.shaping.mockResponse !== undefined)
      return { entry, deployment, defaults, isAlone };
    return new OutcropError("not_found", `"${name}" leads to no model that can be called.`, {
      param: "model",
    });
  } catch (error) {
    return toOutcropError(error);
  }
}

function specificityOf({ entry }: Candidate): number {
  return entry.wildcard?.specificity ?? 0;
}

function afterAliases({ litellm, router }: GatewayConfig, model: string): string {
  const name = own(litellm.modelAliasMap, model) ?? model;
  return own(router.modelGroupAlias, name)?.model ?? name;
}

function namesOf({ models, router }: GatewayConfig): readonly string[] {
  const aliases = Object.entries(router.modelGroupAlias).filter(([, { hidden }]) => !hidden);
  return [...new Set([...models.map(({ modelName }) => modelName), ...aliases.map(([alias]) => alias)])];
}
