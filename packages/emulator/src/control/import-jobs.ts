import { AwsFailure } from "../aws/failure.ts";
import { toArn } from "../aws/arn.ts";
import type { Clock } from "../base/clock.ts";
import type { Random } from "../base/random.ts";
import type { Catalogue } from "../models/catalogue.ts";
import { toImportedModel } from "../models/declare.ts";
import type { ImportedModel } from "../models/model.ts";
import type { JsonObject } from "../prompt/json.ts";
import { guessImport, judgeImport } from "./import-source.ts";
import type { ImportVerdict, ModelFiles } from "./import-source.ts";
import { parseJobRequest } from "./job-request.ts";
import type { JobRequest } from "./job-request.ts";
import type { TagBook } from "./tags.ts";

export interface ImportJob extends JobRequest {
  readonly jobArn: string;
  /** Of the model that the job makes, if it succeeds. */
  readonly importedModelArn: string;
  readonly region: string;
  /** Milliseconds since the epoch. */
  readonly creationTime: number;
  readonly endTime: number;
  readonly verdict: ImportVerdict;
}

export type JobStatus = "InProgress" | "Completed" | "Failed";

/** Import jobs of all regions. */
export interface ImportJobs {
  /** Starts a job. Throws AWS's exceptions for wrong members, taken names and a full quota. */
  create(request: JsonObject, region: string): Promise<ImportJob>;
  list(region: string): readonly ImportJob[];
  /** By ARN or name. */
  find(identifier: string, region: string): ImportJob | undefined;
  statusOf(job: ImportJob): JobStatus;
  /** Adds the models of jobs that have come to their end since the last look. */
  settle(): void;
  reset(): void;
}

export interface ImportSettings {
  /** Milliseconds that an import takes. */
  readonly duration: number;
  /** Imported models per region; those that were there from the start don't count. */
  readonly quota: number;
  readonly account: string;
  /** The files at an S3 address; undefined where none are configured. */
  readonly readFiles: (s3Uri: string) => Promise<ModelFiles | undefined>;
}

interface ImportContext {
  readonly settings: ImportSettings;
  readonly catalogue: Catalogue;
  readonly tags: TagBook;
  readonly clock: Clock;
  readonly random: Random;
}

const idAlphabet = "0123456789abcdefghijklmnopqrstuvwxyz";

export function createImportJobs(context: ImportContext): ImportJobs {
  const { settings, catalogue, tags, clock } = context;
  let jobs: readonly ImportJob[] = [];
  let pending: readonly ImportJob[] = [];
  const inRegion = (region: string): readonly ImportJob[] => jobs.filter((job) => job.region === region);
  const statusOf = ({ endTime, verdict }: ImportJob): JobStatus =>
    clock.now() < endTime ? "InProgress" : "failure" in verdict ? "Failed" : "Completed";

  return {
    create: async (body, region) => {
      const request = parseJobRequest(body);
      const files = await settings.readFiles(request.s3Uri);
      const repeated = inRegion(region).find((job) => isRepetition(job, request));
      if (repeated !== undefined) return repeated;
      checkFree(request, inRegion(region), { ...context, statusOf, region });
      const verdict =
        files === undefined
          ? guessImport(request.s3Uri, request.importedModelName)
          : judgeImport(files, region);
      const job = toJob(request, { verdict, region }, context);
      jobs = [...jobs, job];
      pending = [...pending, job];
      tags.add(job.jobArn, job.jobTags);
      return job;
    },
    list: inRegion,
    find: (identifier, region) =>
      inRegion(region).find(({ jobArn, jobName }) => jobArn === identifier || jobName === identifier),
    statusOf,
    settle: () => {
      const done = pending.filter((job) => statusOf(job) !== "InProgress");
      pending = pending.filter((job) => !done.includes(job));
      for (const job of done) {
        if ("failure" in job.verdict) continue;
        catalogue.add(toModel(job, job.verdict, settings));
        tags.add(job.importedModelArn, job.importedModelTags);
      }
    },
    reset: () => {
      jobs = [];
      pending = [];
    },
  };
}

/** A token makes a repeated request harmless. */
function isRepetition({ clientRequestToken: token }: ImportJob, request: JobRequest): boolean {
  return token !== undefined && token === request.clientRequestToken;
}

function checkFree(
  request: JobRequest,
  jobs: readonly ImportJob[],
  given: ImportContext & { statusOf: (job: ImportJob) => JobStatus; region: string },
): void {
  const { catalogue, settings, statusOf, region } = given;
  const { jobName, importedModelName } = request;
  const running = jobs.filter((job) => statusOf(job) === "InProgress");
  if (jobs.some((job) => job.jobName === jobName)) {
    throw new AwsFailure("ConflictException", `The job name ${jobName} is already in use.`);
  }
  const modelExists = catalogue.findImported(importedModelName, region) !== undefined;
  if (modelExists || running.some((job) => job.importedModelName === importedModelName)) {
    throw new AwsFailure("ConflictException", `The model name ${importedModelName} is already in use.`);
  }
  const made = jobs.filter((job) => catalogue.find(job.importedModelArn) !== undefined);
  if (made.length + running.length >= settings.quota) {
    const text = `You have exceeded the quota of ${settings.quota} imported models per account.`;
    throw new AwsFailure("ServiceQuotaExceededException", text);
  }
}

function toJob(
  request: JobRequest,
  { verdict, region }: { verdict: ImportVerdict; region: string },
  { settings, clock, random }: ImportContext,
): ImportJob {
  const creationTime = clock.now();
  return {
    ...request,
    region,
    verdict,
    jobArn: toArn(region, settings.account, `model-import-job/${random.text(12, idAlphabet)}`),
    importedModelArn: toArn(region, settings.account, `imported-model/${random.text(12, idAlphabet)}`),
    creationTime,
    endTime: creationTime + settings.duration,
  };
}

function toModel(
  job: ImportJob,
  verdict: Exclude<ImportVerdict, { failure: string }>,
  { account }: ImportSettings,
): ImportedModel {
  const declaration = {
    ...verdict,
    name: job.importedModelName,
    arn: job.importedModelArn,
    imported: new Date(job.endTime).toISOString(),
    s3Uri: job.s3Uri,
    jobName: job.jobName,
    jobArn: job.jobArn,
    ...(job.kmsKey === undefined ? {} : { kmsKeyArn: job.kmsKey }),
  };
  return toImportedModel(declaration, { region: job.region, account });
}
