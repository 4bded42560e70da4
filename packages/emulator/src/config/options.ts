import type { AcceptedCredentials } from "../auth/credentials.ts";
import type { ModelFiles } from "../control/import-source.ts";
import type { PriceTable } from "../fleet/prices.ts";
import type { EmulatorOptions } from "../options.ts";
import type { Assumptions } from "../runtime/read-call.ts";
import type { LlamaOptions } from "../sources/llama.ts";
import type { UpstreamOptions } from "../sources/upstream.ts";
import { fault } from "./faults.ts";
import { foundationModel, model } from "./models.ts";
import {
  anything,
  ConfigError,
  duration,
  flag,
  integer,
  list,
  mapping,
  number,
  oneOf,
  record,
  text,
  time,
} from "./reader.ts";
import type { Reader } from "./reader.ts";
import { script } from "./scripts.ts";

/** The options that a file can hold: all but clocks, functions and the log. */
export type ConfigOptions = Omit<EmulatorOptions, "now" | "signatureNow" | "log">;

const region: Reader<string> = (value, path) => {
  const given = text(value, path);
  if (/^[a-z]{2,}(-[a-z]+)+-\d+$/.test(given)) return given;
  throw new ConfigError(path, `expected a region such as us-east-1, got "${given}"`);
};

/** Twelve digits. Without quotes YAML reads them as a number, which would lose a leading zero. */
const account: Reader<string> = (value, path) => {
  if (typeof value === "string" && /^\d{12}$/.test(value)) return value;
  throw new ConfigError(path, 'expected an account of twelve digits in quotes, such as "123456789012"');
};

const credentials = record<AcceptedCredentials>(
  { accessKeyId: text, secretAccessKey: text, sessionToken: text, expiration: time },
  ["accessKeyId", "secretAccessKey"],
);

const plainMapping = mapping(anything);

const modelFiles = record<Partial<ModelFiles>>(
  { names: list(text), config: plainMapping, tokenizerConfig: plainMapping, generationConfig: plainMapping },
  ["names"],
);

/** A directory, or the files that are there. */
const importSource: Reader<string | ModelFiles> = (value, path) =>
  typeof value === "string"
    ? value
    : { names: [], config: {}, tokenizerConfig: {}, generationConfig: {}, ...modelFiles(value, path) };

const upstream = record<Omit<UpstreamOptions, "fetch">>({ url: text, model: text, apiKey: text }, ["url"]);
const llama = record<Omit<LlamaOptions, "load">>({ gguf: text }, ["gguf"]);

const assumptions = record<Partial<Assumptions>>({
  bothLimits: oneOf(["BedrockCompletion", "reject"]),
  missingModel: oneOf(["ResourceNotFoundException", "ValidationException"]),
  contentType: oneOf(["strict", "lenient"]),
  tokenCountHeaders: flag,
});

const prices = record<PriceTable>(
  {
    date: text,
    perUnitMinute: mapping(mapping(number(0))),
    perMillionTokens: mapping(
      record<{ input: number; output: number }>({ input: number(0), output: number(0) }),
    ),
  },
  ["date", "perUnitMinute", "perMillionTokens"],
);

/** Reads all of a config. */
export const configOptions = record<ConfigOptions>({
  host: text,
  port: integer(0, 65_535),
  models: list(model),
  foundationModels: list(foundationModel),
  builtInModels: flag,
  region,
  account,
  coldStart: duration,
  coldMode: oneOf(["hold", "refuse"]),
  holdLimit: duration,
  idle: duration,
  concurrencyPerCopy: integer(1),
  maxCopies: integer(1),
  importDuration: duration,
  importQuota: integer(0),
  importSources: mapping(importSource),
  scripts: list(script),
  faults: list(fault),
  seed: integer(0),
  tokensPerSecond: number(0.001),
  padding: flag,
  upstream,
  llama,
  credentials: list(credentials),
  apiKeys: list(text),
  assumptions,
  prices,
  bodyLimit: integer(1),
  stall: duration,
});
