import { OutcropError } from "../core/errors.ts";
import type { ModelRef } from "../core/model-ref.ts";
import { isRegion, regionMismatchText } from "../core/model-ref.ts";
import type { Environment } from "./environment.ts";
import { readProfileRegion } from "./shared-config.ts";

export interface RegionQuery {
  /** What the call or its deployment sets (`aws_region_name`). */
  readonly explicit: string | undefined;
  readonly ref: ModelRef;
  readonly env: Environment;
  /** The profile that the call sets (`aws_profile_name`). */
  readonly profile: string | undefined;
}

/**
 * Finds the region of a call: what the call sets, the ARN's (or the model string's region segment), `AWS_REGION_NAME`
 * (LiteLLM's), `AWS_REGION`, `AWS_DEFAULT_REGION`, and at last the profile's in AWS's shared files.
 *
 * @throws OutcropError `region_mismatch` when the call and the model string disagree, `region_missing` when nobody
 * names one, `invalid_request` for a word that is not spelled like a region (it becomes part of a host's name).
 */
export async function resolveRegion(query: RegionQuery): Promise<string> {
  const { ref, env, profile } = query;
  const stated = statedRegion(query);
  if (stated !== undefined) return stated;
  const region = ofEnvironment(env) ?? (await readProfileRegion(profile, env));
  if (region === undefined) throw new OutcropError("region_missing", missingText(ref));
  return checked(region);
}

/**
 * The region that the call or its model string states: nobody has to be asked, or waited for.
 * @throws OutcropError as {@link resolveRegion} does.
 */
export function statedRegion({ explicit, ref }: Pick<RegionQuery, "explicit" | "ref">): string | undefined {
  if (explicit && ref.region && explicit !== ref.region) {
    const param = "aws_region_name";
    throw new OutcropError("region_mismatch", regionMismatchText(explicit, ref.region), { param });
  }
  const region = explicit || ref.region;
  return region === undefined ? undefined : checked(region);
}

function checked(region: string): string {
  if (isRegion(region)) return region;
  throw new OutcropError("invalid_request", `${JSON.stringify(region)} is not a region such as us-east-1.`, {
    param: "aws_region_name",
  });
}

function ofEnvironment(env: Environment): string | undefined {
  return env["AWS_REGION_NAME"] || env["AWS_REGION"] || env["AWS_DEFAULT_REGION"] || undefined;
}

function missingText({ modelId }: ModelRef): string {
  return `No region is known for the model ${modelId}: set aws_region_name, or AWS_REGION in the environment, or put it into the model string as in "bedrock/us-east-1/${modelId}".`;
}
