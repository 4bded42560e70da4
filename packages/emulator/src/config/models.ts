import { architectureNames } from "../models/architectures.ts";
import type { BodyFormat, Dialect } from "../models/architectures.ts";
import type { FoundationDeclaration, ModelDeclaration } from "../models/declare.ts";
import { parseArn } from "../aws/arn.ts";
import { ConfigError, duration, flag, integer, list, oneOf, record, text, time } from "./reader.ts";
import type { Reader } from "./reader.ts";

const formats: readonly BodyFormat[] = ["BedrockCompletion", "OpenAICompletion", "OpenAIChatCompletion"];
const dialects: readonly Dialect[] = ["qwen", "llama", "mistral", "deepseek", "harmony", "kimi", "plain"];
/** Dates on either side of 11 November 2025. */
const sides: Readonly<Record<string, string>> = {
  before: "2025-10-01T09:00:00Z",
  after: "2026-01-15T09:00:00Z",
};

const arn: Reader<string> = (value, path) => {
  const given = text(value, path);
  if (parseArn(given)?.type === "imported-model") return given;
  const example = "arn:aws:bedrock:us-east-1:123456789012:imported-model/abcdef123456";
  throw new ConfigError(path, `expected an ARN such as ${example}, got "${given}"`);
};

const modelName: Reader<string> = (value, path) => {
  const given = text(value, path);
  if (/^[0-9a-zA-Z]+(?:[_-][0-9a-zA-Z]+)*[_-]?$/.test(given)) return given;
  throw new ConfigError(
    path,
    `a model's name has letters and digits, with single - and _ between; got "${given}"`,
  );
};

const modelId: Reader<string> = (value, path) => {
  const given = text(value, path);
  if (/^[A-Za-z0-9-]+$/.test(given)) return given;
  throw new ConfigError(path, `a model's id has letters, digits and hyphens; got "${given}"`);
};

/** A version such as `1.0`, which YAML reads as a number. */
const version: Reader<string> = (value, path) =>
  typeof value === "number" ? value.toFixed(1) : text(value, path);

/** An imported model of a config. */
export const model = record<ModelDeclaration>(
  {
    name: modelName,
    architecture: oneOf(architectureNames),
    arn,
    id: modelId,
    imported: (value, path) => (typeof value === "string" && sides[value]) || time(value, path),
    chatTemplate: flag,
    instructSupported: flag,
    toolParser: flag,
    images: flag,
    thinks: flag,
    formats: list(oneOf(formats)),
    answerShape: oneOf(["generation", "outputs", "text"]),
    extensions: flag,
    unitsPerCopy: integer(1),
    unitsVersion: version,
    contextTokens: integer(1),
    countTokens: flag,
    coldStart: duration,
    s3Uri: text,
    jobName: text,
    jobArn: text,
    kmsKeyArn: text,
  },
  ["name", "architecture"],
);

/** A foundation model of a config. */
export const foundationModel = record<FoundationDeclaration>(
  {
    id: text,
    dialect: oneOf(dialects),
    reasoning: oneOf(["think-tags", "reasoning-pairs", "reasoning-field"]),
    thinks: flag,
    images: flag,
    contextTokens: integer(1),
    maxOutputTokens: integer(1),
  },
  ["id"],
);
