import type { CancelSignal } from "../core/cancellation.ts";
import type { JsonObject, JsonValue } from "../core/json.ts";
import { isJsonObject } from "../core/json.ts";
import { readWholeAnswer } from "./answers.ts";
import type { CallAuth } from "./call-auth.ts";
import type { Clock } from "./clock.ts";
import { encodeLabel } from "./endpoint.ts";
import type { Exchange } from "./exchange.ts";
import { withRetries } from "./retry.ts";

export interface ImportedModelQuery {
  /** The model's ARN, or its name. */
  readonly modelId: string;
  readonly region: string;
  readonly auth: CallAuth;
  /** The control plane's; the environment's is `AWS_ENDPOINT_URL_BEDROCK`. */
  readonly endpoint?: string | undefined;
  readonly maxRetries: number;
  readonly signal: CancelSignal | undefined;
}

/** What AWS knows of an imported model; what it left out is `undefined`. */
export interface ImportedModelDescription {
  readonly modelArn: string | undefined;
  readonly modelName: string | undefined;
  /** Free text of AWS's: `llama`, `qwen3`, … */
  readonly modelArchitecture: string | undefined;
  /** Whether Converse takes the model. */
  readonly instructSupported: boolean | undefined;
  readonly creationTime: Date | undefined;
  /** What one copy of the model is billed as. */
  readonly customModelUnits: CustomModelUnits | undefined;
}

/** Custom Model Units: how many a copy takes, and by which version of the price list (`1.0`). */
interface CustomModelUnits {
  readonly perModelCopy: number | undefined;
  readonly version: string | undefined;
}

/**
 * Asks the control plane about a model (GetImportedModel). Nothing is cached here.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetImportedModel.html
 * @throws OutcropError as a call does: `permission_denied` where `bedrock:GetImportedModel` isn't allowed.
 */
export async function getImportedModel(
  query: ImportedModelQuery,
  { exchange, clock }: { readonly exchange: Exchange; readonly clock: Clock },
): Promise<ImportedModelDescription> {
  const { region, auth, endpoint, signal } = query;
  const ask = () =>
    exchange(
      {
        service: "bedrock",
        region,
        method: "GET",
        path: `/imported-models/${encodeLabel(query.modelId)}`,
        operation: "get-imported-model",
        headers: { accept: "application/json" },
        body: undefined,
        auth,
        endpoint,
        signal,
      },
      readWholeAnswer,
    );
  const { json } = await withRetries(ask, query, clock);
  return parseImportedModel(json);
}

function parseImportedModel(json: JsonObject): ImportedModelDescription {
  const { modelArn, modelName, modelArchitecture, instructSupported, creationTime, customModelUnits } = json;
  return {
    modelArn: toText(modelArn),
    modelName: toText(modelName),
    modelArchitecture: toText(modelArchitecture),
    instructSupported: typeof instructSupported === "boolean" ? instructSupported : undefined,
    creationTime: toDate(creationTime),
    customModelUnits: isJsonObject(customModelUnits) ? parseUnits(customModelUnits) : undefined,
  };
}

function parseUnits({ customModelUnitsPerModelCopy, customModelUnitsVersion }: JsonObject): CustomModelUnits {
  const perModelCopy = customModelUnitsPerModelCopy;
  return {
    perModelCopy: typeof perModelCopy === "number" ? perModelCopy : undefined,
    version: toText(customModelUnitsVersion),
  };
}

function toText(value: JsonValue | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function toDate(value: JsonValue | undefined): Date | undefined {
  const date = new Date(toText(value) ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
