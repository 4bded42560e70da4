import type { ModelEntry } from "../gateway-config.ts";
import { type Place, findingAt, inside } from "../keys/kind.ts";
import { modelEntry } from "../keys/model-entry.ts";
import { mapOfBlock, readBlock } from "../keys/read-block.ts";
import { reportUnknownKey } from "../keys/unknown-key.ts";
import { type ConfigNode, type MapNode, findEntry, isAbsent } from "../source/config-node.ts";
import { toCallSettings, toRouting, toShaping } from "./call-settings.ts";
import { type Target, findTarget, nowhere } from "./find-target.ts";
import { quietIfForeign } from "./foreign-params.ts";
import { isForHere } from "./is-for-here.ts";
import type { ModelContext } from "./model-context.ts";
import { type Params, defaultsOf, overParams, readParams } from "./params.ts";
import { type ModelInfo, readInfo } from "./read-info.ts";

/** An entry of `model_list` before it has an id, for that needs to know the others. */
export interface ReadModel {
  readonly model: Omit<ModelEntry, "id">;
  readonly node: MapNode;
  /** `model_info.id`. */
  readonly givenId: string | undefined;
}

/** Reads an entry; `undefined` for one that is broken, which has been reported, or that is not for this environment. */
export function readModel(item: ConfigNode, place: Place, context: ModelContext): ReadModel | undefined {
  const node = mapOfBlock(item, place);
  if (node === undefined) return undefined;
  const { values, unknown } = readBlock(node, modelEntry, place);
  for (const entry of unknown) reportUnknownKey(entry, modelEntry, inside(place, entry.key));
  const paramsNode = mapOfBlock(values.litellm_params, inside(place, "litellm_params"));
  const modelName = values.model_name ?? missing("model_name", node, place);
  if (paramsNode === undefined) missing("litellm_params", node, place);
  if (modelName === undefined || paramsNode === undefined) return undefined;

  const info = readInfo(values.model_info, inside(place, "model_info"));
  const params = readAllParams(
    paramsNode,
    inside(quietIfForeign(paramsNode, place), "litellm_params"),
    context,
  );
  const target = toTarget({ modelName, params, paramsNode, place, info }, context);
  if (!isForHere(info, node, { place, env: context.env })) return undefined;
  const prices = { ...info.prices, ...params.prices };
  const model = {
    modelName,
    ...target,
    defaults: defaultsOf(params),
    routing: toRouting(params, values, context),
    shaping: toShaping(params, context),
    info: { ...info.all, ...params.prices },
    inBackgroundChecks: info.values.disable_background_health_check !== true,
    prices,
    position: node.position,
  };
  return { model, node, givenId: info.values.id };
}

function missing(key: string, node: MapNode, place: Place): undefined {
  const value = findEntry(node, key)?.value;
  // What is there, and wrong, has been reported.
  if (value !== undefined && !isAbsent(value) && !(value.kind === "scalar" && value.value === "")) return;
  const message = `${place.path} needs ${key}.`;
  place.report(findingAt(node, place, { level: "error", code: "missing_key", message }));
}

/** Own parameters, then those of the credential, then those for all. */
function readAllParams(node: MapNode, place: Place, { credentials, defaults }: ModelContext): Params {
  const own = readParams(node, place);
  const name = own.values.litellm_credential_name;
  const credential = name === undefined ? undefined : credentials.get(name);
  if (name !== undefined && credential === undefined) {
    const known = credentials.size === 0 ? "is empty" : `holds ${[...credentials.keys()].join(", ")}`;
    const named = inside(place, "litellm_credential_name");
    const message = `${named.path}: there is no credential ${name}; credential_list ${known}.`;
    const entry = findEntry(node, "litellm_credential_name") ?? node;
    place.report(findingAt(entry, named, { level: "error", code: "unknown_credential", message }));
  }
  return overParams(own, credential === undefined ? defaults : overParams(credential, defaults));
}

interface TargetParts {
  readonly modelName: string;
  readonly params: Params;
  readonly paramsNode: MapNode;
  readonly place: Place;
  readonly info: ModelInfo;
}

function toTarget(
  { modelName, params, paramsNode, place, info }: TargetParts,
  context: ModelContext,
): Target {
  const { model, custom_llm_provider: provider } = params.values;
  const paramsPlace = inside(place, "litellm_params");
  if (model === undefined) {
    missing("model", paramsNode, paramsPlace);
    return nowhere;
  }
  return findTarget({
    modelName,
    model,
    provider,
    settings: toCallSettings(params, context),
    isMocked: params.values.mock_response !== undefined,
    isBlocked: info.values.blocked === true,
    params: paramsNode,
    place: paramsPlace,
  });
}
