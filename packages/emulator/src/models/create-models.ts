import type { EmulatorOptions } from "../options.ts";
import { builtInFoundationModels, builtInModels } from "./built-in.ts";
import { createCatalogue } from "./catalogue.ts";
import type { Catalogue } from "./catalogue.ts";
import { toFoundationModel, toImportedModel } from "./declare.ts";
import type { Home } from "./declare.ts";

/** The catalogue of an emulator: the given models, and the built-in ones unless some are given. */
export function createModels(options: EmulatorOptions, home: Home): Catalogue {
  const { models, foundationModels } = options;
  const builtIn = options.builtInModels ?? models === undefined;
  const imported = [...(builtIn ? builtInModels : []), ...(models ?? [])];
  const foundation = [...builtInFoundationModels, ...(foundationModels ?? [])];
  return createCatalogue(
    imported.map((declaration) => toImportedModel(declaration, home)),
    foundation.map(toFoundationModel),
  );
}
