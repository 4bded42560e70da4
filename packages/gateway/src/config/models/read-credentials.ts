import { type Place, findingAt, inside, reportWrongKind } from "../keys/kind.ts";
import { mapOfBlock, readBlock } from "../keys/read-block.ts";
import { credentialEntry } from "../keys/top-level.ts";
import { reportUnknownKey } from "../keys/unknown-key.ts";
import { type ConfigNode, isAbsent } from "../source/config-node.ts";
import { type Params, readParams } from "./params.ts";

/** The entries of `credential_list`, by name. */
export type Credentials = ReadonlyMap<string, Params>;

/** Reads `credential_list`. */
export function readCredentials(list: ConfigNode | undefined, place: Place): Credentials {
  if (list === undefined || isAbsent(list)) return new Map();
  if (list.kind !== "list") {
    reportWrongKind(list, place, "a list of credentials");
    return new Map();
  }
  return new Map(list.items.flatMap((item, index) => readCredential(item, inside(place, index))));
}

function readCredential(item: ConfigNode, place: Place): readonly (readonly [string, Params])[] {
  const map = mapOfBlock(item, place);
  if (map === undefined) return [];
  const { values, unknown } = readBlock(map, credentialEntry, place);
  for (const entry of unknown) {
    reportUnknownKey(entry, credentialEntry, inside(place, entry.key));
  }
  const valuesPlace = inside(place, "credential_values");
  const held = mapOfBlock(values.credential_values, valuesPlace);
  if (values.credential_name !== undefined && held !== undefined) {
    return [[values.credential_name, readParams(held, valuesPlace)]];
  }
  const message = `${place.path} needs credential_name and credential_values.`;
  place.report(findingAt(map, place, { level: "error", code: "missing_key", message }));
  return [];
}
