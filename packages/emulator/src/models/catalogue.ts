import type { FoundationModel, ImportedModel, Model } from "./model.ts";

/** The models that exist, and their tags. */
export interface Catalogue {
  /** Imported models of a region, in the order they were added; all regions when undefined. */
  imported(region?: string): readonly ImportedModel[];
  /** Imported models, then foundation models. */
  all(): readonly Model[];
  /** By ARN or foundation id. */
  find(id: string): Model | undefined;
  /** By ARN or, within a region, by name. */
  findImported(identifier: string, region: string): ImportedModel | undefined;
  add(model: ImportedModel): void;
  remove(model: ImportedModel): void;
  /** Makes it what it was at first. */
  reset(): void;
}

export function createCatalogue(
  imported: readonly ImportedModel[],
  foundation: readonly FoundationModel[],
): Catalogue {
  const importedById = new Map(imported.map((model) => [model.id, model]));
  const foundationById = new Map(foundation.map((model) => [model.id, model]));
  const inRegion = (region?: string): readonly ImportedModel[] =>
    [...importedById.values()].filter((model) => region === undefined || model.region === region);

  return {
    imported: inRegion,
    all: () => [...importedById.values(), ...foundationById.values()],
    find: (id) => importedById.get(id) ?? foundationById.get(id),
    findImported: (identifier, region) =>
      inRegion(region).find((model) => model.id === identifier || model.name === identifier),
    add: (model) => void importedById.set(model.id, model),
    remove: (model) => void importedById.delete(model.id),
    reset: () => {
      importedById.clear();
      for (const model of imported) importedById.set(model.id, model);
    },
  };
}
