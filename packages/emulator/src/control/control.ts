import { AwsFailure, constraintError } from "../aws/failure.ts";
import type { ImportedModel } from "../models/model.ts";
import { asList, asText } from "../prompt/json.ts";
import type { JsonObject } from "../prompt/json.ts";
import { parseJsonBody } from "../runtime/read-call.ts";
import type { ServiceCall } from "../service/operations.ts";
import type { ServiceState } from "../service/state.ts";
import { readTags } from "./constraints.ts";
import type { ImportJob } from "./import-jobs.ts";
import { listPage } from "./listing.ts";

interface ControlAnswer {
  readonly status: number;
  readonly body: JsonObject;
}

/** Serves an operation of the control plane. */
export async function serveControl(call: ServiceCall, state: ServiceState): Promise<ControlAnswer> {
  const region = call.identity.region ?? state.region;
  const { name, resource, query } = call.operation;
  switch (name) {
    case "CreateModelImportJob": {
      const { jobArn } = await state.jobs.create(parseBody(call), region);
      return { status: 201, body: { jobArn } };
    }
    case "GetModelImportJob":
      return ok(toJobDetails(findJob(resource, region, state), state));
    case "ListModelImportJobs":
      return ok(listJobs(region, query, state));
    case "GetImportedModel":
      return ok(toModelDetails(findModel(resource, region, state)));
    case "ListImportedModels":
      return ok(listModels(region, query, state));
    case "DeleteImportedModel":
      state.catalogue.remove(findModel(resource, region, state));
      return ok({});
    case "ListTagsForResource":
      return ok({ tags: state.tags.list(findTagged(call, region, state)) });
    case "TagResource":
      state.tags.add(findTagged(call, region, state), readTags(parseBody(call)["tags"], "tags"));
      return ok({});
    case "UntagResource":
      state.tags.remove(findTagged(call, region, state), asList(parseBody(call)["tagKeys"]).map(asText));
      return ok({});
    default:
      throw new AwsFailure("UnknownOperationException", "");
  }
}

function parseBody({ request }: ServiceCall): JsonObject {
  return parseJsonBody(
    request.body,
    (detail) =>
      new AwsFailure("SerializationException", `Could not parse the request body into JSON: ${detail}`),
  );
}

function findModel(identifier: string, region: string, { catalogue }: ServiceState): ImportedModel {
  checkIdentifier(identifier, "modelIdentifier");
  const model = catalogue.findImported(identifier, region);
  if (model === undefined)
    throw new AwsFailure("ResourceNotFoundException", "The imported model could not be found.");
  return model;
}

function findJob(identifier: string, region: string, { jobs }: ServiceState): ImportJob {
  checkIdentifier(identifier, "jobIdentifier");
  const job = jobs.find(identifier, region);
  if (job === undefined)
    throw new AwsFailure("ResourceNotFoundException", "The model import job could not be found.");
  return job;
}

/** An ARN or a name, at most 1011 characters. */
function checkIdentifier(identifier: string, path: string): void {
  if (identifier.length <= 1011 && /^[A-Za-z0-9:/+._-]+$/.test(identifier)) return;
  throw constraintError(
    identifier,
    path,
    "Member must satisfy regular expression pattern: ([0-9a-zA-Z][_-]?)+|arn:…",
  );
}

/** The ARN that a tag operation names, if it is there. */
function findTagged(call: ServiceCall, region: string, { catalogue, jobs }: ServiceState): string {
  const arn = asText(parseBody(call)["resourceARN"]);
  const known = catalogue.findImported(arn, region)?.id === arn || jobs.find(arn, region)?.jobArn === arn;
  if (!known) throw new AwsFailure("ResourceNotFoundException", `The resource ${arn} could not be found.`);
  return arn;
}

function listModels(region: string, query: URLSearchParams, { catalogue }: ServiceState): JsonObject {
  const { items, nextToken } = listPage(catalogue.imported(region), query);
  return {
    modelSummaries: items.map((model) => ({
      modelArn: model.id,
      modelName: model.name,
      creationTime: toIso(model.creationTime),
      instructSupported: model.instructSupported,
      modelArchitecture: model.architecture,
    })),
    nextToken,
  };
}

function listJobs(region: string, query: URLSearchParams, { jobs }: ServiceState): JsonObject {
  const all = jobs.list(region).map((job) => ({ ...job, name: job.jobName, status: jobs.statusOf(job) }));
  const { items, nextToken } = listPage(all, query);
  return {
    modelImportJobSummaries: items.map((job) => ({
      jobArn: job.jobArn,
      jobName: job.jobName,
      ...toProgress(job, job.status),
    })),
    nextToken,
  };
}

function toModelDetails(model: ImportedModel): JsonObject {
  return {
    modelArn: model.id,
    modelName: model.name,
    jobName: model.jobName,
    jobArn: model.jobArn,
    modelDataSource: { s3DataSource: { s3Uri: model.s3Uri } },
    creationTime: toIso(model.creationTime),
    modelArchitecture: model.architecture,
    modelKmsKeyArn: model.kmsKeyArn,
    instructSupported: model.instructSupported,
    customModelUnits: {
      customModelUnitsPerModelCopy: model.unitsPerCopy,
      customModelUnitsVersion: model.unitsVersion,
    },
  };
}

function toJobDetails(job: ImportJob, { jobs }: ServiceState): JsonObject {
  const status = jobs.statusOf(job);
  return {
    jobArn: job.jobArn,
    jobName: job.jobName,
    ...toProgress(job, status),
    roleArn: job.roleArn,
    modelDataSource: { s3DataSource: { s3Uri: job.s3Uri } },
    failureMessage: status === "Failed" && "failure" in job.verdict ? job.verdict.failure : undefined,
    vpcConfig: job.vpcConfig,
    importedModelKmsKeyArn: job.kmsKey,
  };
}

/** What the summary and the details of a job have in common: the model's ARN comes with its completion. */
function toProgress(job: ImportJob, status: string): JsonObject {
  const over = status !== "InProgress";
  return {
    status,
    importedModelName: job.importedModelName,
    importedModelArn: status === "Completed" ? job.importedModelArn : undefined,
    creationTime: toIso(job.creationTime),
    lastModifiedTime: toIso(over ? job.endTime : job.creationTime),
    endTime: over ? toIso(job.endTime) : undefined,
  };
}

function toIso(time: number): string {
  return new Date(time).toISOString();
}

function ok(body: JsonObject): ControlAnswer {
  return { status: 200, body };
}
