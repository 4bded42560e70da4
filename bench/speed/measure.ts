import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Case, cases } from "./cases.ts";
import type { LoadResult, LoadSpec } from "./load.ts";
import { type Running, canPin, start } from "./process.ts";
import type { Program } from "./program.ts";
import type { BenchRun, Sample } from "./results.ts";
import { findFault } from "./verify.ts";

export interface MeasureOptions {
  readonly programs: readonly Program[];
  readonly cases: readonly Case[];
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
  readonly folder: string;
  readonly say: (line: string) => void;
}

const [upstreamPort, firstPort] = [19_500, 19_501];
/** The program has a processor of its own; what is not measured shares the other. */
const [programCore, otherCore] = [0, 1];

type Measured = Pick<BenchRun, "samples" | "starts" | "leftOut">;

/** Measures round by round, each in the other direction, every program started afresh in each. */
export async function measure(options: MeasureOptions): Promise<Measured> {
  const upstream = await start({
    command: process.execPath,
    args: [fileURLToPath(new URL("upstream.ts", import.meta.url)), String(upstreamPort)],
    core: otherCore,
    port: upstreamPort,
    log: join(options.folder, "upstream.log"),
  });
  const samples: Sample[] = [];
  const starts: BenchRun["starts"][number][] = [];
  const leftOut: BenchRun["leftOut"][number][] = [];
  try {
    for (let round = 1; round <= options.rounds; round++) {
      const order = round % 2 === 1 ? options.programs : options.programs.toReversed();
      for (const program of order) {
        if (leftOut.some((entry) => entry.program === program.name && entry.case === undefined)) continue;
        await measureProgram(program, round, { options, samples, starts, leftOut });
      }
    }
  } finally {
    await upstream.stop();
  }
  return { samples, starts, leftOut };
}

interface Books {
  readonly options: MeasureOptions;
  readonly samples: Sample[];
  readonly starts: BenchRun["starts"][number][];
  readonly leftOut: BenchRun["leftOut"][number][];
}

let launches = 0;

async function measureProgram(program: Program, round: number, books: Books): Promise<void> {
  const { options, starts, leftOut } = books;
  const { name } = program;
  const port = program.launch ? firstPort + (launches++ % 400) : upstreamPort;
  let running: Running | undefined;
  try {
    const launch = program.launch?.({ port, upstreamPort, folder: options.folder });
    running =
      launch &&
      (await start({ ...launch, core: programCore, port, log: join(options.folder, `${name}.log`) }));
    if (running) starts.push({ round, program: name, ms: running.startMs });
    for (const [index, each] of options.cases.entries()) {
      if (leftOut.some((entry) => entry.program === name && entry.case === each.name)) continue;
      const fault = await findFault(program, port, each.shape).catch((error: unknown) => String(error));
      if (fault === undefined) {
        const sample = await measureCase(each, { program, port, running, isFirst: index === 0, options });
        books.samples.push({ round, ...sample });
        options.say(describe(round, sample));
      } else {
        leftOut.push({ program: name, case: each.name, why: fault });
        options.say(`round ${round}  ${name}  ${each.name}: left out, ${fault}`);
      }
    }
  } catch (error) {
    leftOut.push({ program: name, why: String(error) });
    options.say(`${name}: left out, ${String(error)}`);
  } finally {
    await running?.stop();
  }
}

interface CaseContext {
  readonly program: Program;
  readonly port: number;
  readonly running: Running | undefined;
  readonly isFirst: boolean;
  readonly options: MeasureOptions;
}

/** A paced stream of two seconds has to have begun everywhere before it counts. */
const pacedSkipSeconds = 2.5;

async function measureCase(
  { name, shape, connections, seconds }: Case,
  { program, port, running, isFirst, options }: CaseContext,
): Promise<Omit<Sample, "round">> {
  const request = program.request(shape);
  if (!request) throw new Error("unreachable: it was verified");
  const spec = { port, ...request, connections };
  // Engines that compile while they run go on getting faster for thousands of requests.
  const warmUp = isFirst ? options.warmUpSeconds : Math.min(2, options.warmUpSeconds / 6);
  if (program.launch && shape.pace === 0)
    await load({ ...spec, connections: Math.max(8, connections), seconds: warmUp, skipSeconds: 0 });
  const pace = shape.pace === 0 ? {} : { pace: shape.pace };
  const before = running?.cpu() ?? 0;
  const result = await load({
    ...spec,
    ...pace,
    seconds: seconds ?? options.seconds,
    skipSeconds: shape.pace === 0 ? 0 : pacedSkipSeconds,
  });
  const cpu = (running?.cpu() ?? 0) - before;
  return {
    program: program.name,
    case: name,
    cpuUs: cpu / Math.max(1, result.allRequests),
    cpuShare: cpu / (result.allSeconds * 1e6),
    memoryMb: running?.memory() ?? 0,
    load: result,
  };
}

function describe(round: number, { program, case: name, cpuUs, load: seen }: Omit<Sample, "round">): string {
  const rate = (seen.requests / seen.seconds).toFixed(0);
  const faults = seen.errors > 0 ? `, ${seen.errors} FAILED: ${seen.failure ?? ""}` : "";
  return `round ${round}  ${program.padEnd(15)} ${name.padEnd(14)} ${cpuUs.toFixed(0).padStart(7)} µs  ${rate.padStart(6)}/s  p50 ${seen.whole.p50.toFixed(2)} ms${faults}`;
}

function load(spec: LoadSpec): Promise<LoadResult> {
  const client = fileURLToPath(new URL("load.ts", import.meta.url));
  const command = [process.execPath, client];
  const [file = "", ...args] = canPin ? ["taskset", "-c", String(otherCore), ...command] : command;
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: ["pipe", "pipe", "inherit"] });
    child.stdin.end(JSON.stringify(spec));
    let output = "";
    child.stdout.on("data", (bytes: Buffer) => (output += bytes.toString()));
    child.once("close", () => {
      try {
        resolve(JSON.parse(output) as LoadResult);
      } catch (error) {
        reject(new Error("The load client has failed.", { cause: error }));
      }
    });
  });
}

export const caseNames: readonly string[] = cases.map(({ name }) => name);
