import type { ModelEntry } from "../gateway-config.ts";
import { type Place, findingAt, inside, reportWrongKind } from "../keys/kind.ts";
import { type ConfigNode, type MapNode, isAbsent } from "../source/config-node.ts";
import { toDeploymentId } from "./deployment-id.ts";
import type { ModelContext } from "./model-context.ts";
import { type ReadModel, readModel } from "./read-model.ts";

/** Reads `model_list`, and gives every entry its id. */
export function readModelList(
  root: MapNode,
  list: ConfigNode | undefined,
  about: ListContext,
): readonly ModelEntry[] {
  const { place } = about;
  if (list === undefined || isAbsent(list) || (list.kind === "list" && list.items.length === 0)) {
    const message =
      "model_list is missing: there is no model to serve. Give it an entry of model_name and litellm_params.";
    place.report(findingAt(list ?? root, place, { level: "error", code: "missing_key", message }));
    return [];
  }
  if (list.kind !== "list") {
    reportWrongKind(list, place, "a list of models");
    return [];
  }
  const models = list.items.flatMap(
    (item, index) => readModel(item, inside(place, index), about.context) ?? [],
  );
  return withIds(models, place);
}

export interface ListContext {
  readonly place: Place;
  readonly context: ModelContext;
}

function withIds(models: readonly ReadModel[], place: Place): readonly ModelEntry[] {
  const taken = new Map<string, ModelEntry>();
  for (const { model, givenId } of models) {
    const first = givenId === undefined ? undefined : taken.get(givenId);
    if (first !== undefined) reportTwice({ ...model, id: first.id }, first, place);
    else if (givenId !== undefined) taken.set(givenId, { ...model, id: givenId });
  }
  const ids = new Set(taken.keys());
  return models.map(({ model, node, givenId }) => {
    const id = givenId ?? toDeploymentId(node, ids);
    ids.add(id);
    return { ...model, id };
  });
}

function reportTwice(model: ModelEntry, first: ModelEntry, place: Place): void {
  const message = `The id ${model.id} is given twice: to ${first.modelName} (${first.position.file}:${first.position.line}) and to ${model.modelName}. An id names one deployment; change one of them.`;
  place.report(findingAt(model, place, { level: "error", code: "duplicate_id", message }));
}
