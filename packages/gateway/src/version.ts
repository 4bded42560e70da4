import { readFileSync } from "node:fs";
import { isJsonObject, parseJson } from "@outcrop/sdk";

const manifest = parseJson(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

/** Outcrop's version, as its package says. */
export const version =
  isJsonObject(manifest) && typeof manifest.version === "string" ? manifest.version : "0.0.0";
