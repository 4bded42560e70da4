import { asObject } from "../prompt/json.ts";
import type { JsonObject } from "../prompt/json.ts";
import { readOptional, readRequired, readTags, rules } from "./constraints.ts";
import type { Tag } from "./tags.ts";

/** The members of CreateModelImportJob, read. */
export interface JobRequest {
  readonly jobName: string;
  readonly importedModelName: string;
  readonly roleArn: string;
  readonly s3Uri: string;
  readonly clientRequestToken: string | undefined;
  readonly vpcConfig: unknown;
  readonly kmsKey: string | undefined;
  readonly jobTags: readonly Tag[];
  readonly importedModelTags: readonly Tag[];
}

/** Throws AWS's ValidationException for a member that is missing or breaks a rule. */
export function parseJobRequest(request: JsonObject): JobRequest {
  const source = asObject(asObject(request["modelDataSource"])["s3DataSource"]);
  return {
    jobName: readRequired(request["jobName"], "jobName", rules.jobName),
    importedModelName: readRequired(
      request["importedModelName"],
      "importedModelName",
      rules.importedModelName,
    ),
    roleArn: readRequired(request["roleArn"], "roleArn", rules.roleArn),
    s3Uri: readRequired(source["s3Uri"], "modelDataSource.s3DataSource.s3Uri", rules.s3Uri),
    clientRequestToken: readOptional(
      request["clientRequestToken"],
      "clientRequestToken",
      rules.clientRequestToken,
    ),
    jobTags: readTags(request["jobTags"], "jobTags"),
    importedModelTags: readTags(request["importedModelTags"], "importedModelTags"),
    vpcConfig: request["vpcConfig"],
    kmsKey: readOptional(request["importedModelKmsKeyId"], "importedModelKmsKeyId", rules.kmsKey),
  };
}
