import { type BenchRun, figuresOf, pairs, spreadOf } from "../results.ts";

/** What we want to reach, and what the run shows of it. */
export interface Target {
  readonly what: string;
  readonly target: string;
  readonly measured: string;
  readonly isMet: boolean | undefined;
}

/** The targets, in the order of how much they say. `undefined` as the verdict: the run does not show it. */
export function targetsOf(run: BenchRun): readonly Target[] {
  return [
    cpu(run, "CPU of a translated whole answer (prompt wire)", { case: "whole-prompt", most: 1.9 }),
    cpu(run, "CPU of a whole answer on the chat wire", { case: "whole-chat", most: 1.6 }),
    cpu(run, "CPU of a burst of 100 frames, translated", { case: "stream-prompt", most: 2.6 }),
    cpu(run, "CPU of a 200 KB body, translated", { case: "large-prompt", most: 3 }),
    cpu(run, "CPU of a 200 KB body on the chat wire", { case: "large-chat", most: 1.6 }),
    rate(run, "whole answers a second against Portkey (Bedrock)", {
      case: "whole-prompt",
      peer: "portkey",
      least: 12,
    }),
    rate(run, "streams a second against Portkey (Bedrock)", {
      case: "stream-prompt",
      peer: "portkey",
      least: 10,
    }),
    rate(run, "whole answers a second against LiteLLM", { case: "whole-chat", peer: "litellm", least: 20 }),
    addedMedian(run),
    firstToken(run),
    stalls(run),
    memory(run),
    startUp(run),
  ];
}

function cpu(run: BenchRun, what: string, at: { readonly case: string; readonly most: number }): Target {
  const ratio = ratioOf(run, { case: at.case, base: "floor" }, ({ cpuUs }) => cpuUs);
  return verdict(what, `≤ ${at.most} × floor`, ratio, (value) => value <= at.most, times);
}

function rate(
  run: BenchRun,
  what: string,
  at: { readonly case: string; readonly peer: string; readonly least: number },
): Target {
  const ratio = ratioOf(run, { case: at.case, base: at.peer }, ({ load }) => load.requests / load.seconds);
  return verdict(what, `≥ ${at.least} ×`, ratio, (value) => value >= at.least, times);
}

function addedMedian(run: BenchRun): Target {
  const added = (program: string) =>
    spreadOf(
      pairs(
        run,
        { program, base: "direct", case: "whole-one" },
        (own, base) => own.load.whole.p50 - base.load.whole.p50,
      ),
    )?.median;
  const [own, floor] = [added("outcrop"), added("floor")];
  const ratio = own === undefined || floor === undefined ? undefined : own / floor;
  return verdict(
    "added p50, one request at a time",
    "≤ 2 × the floor's",
    ratio,
    (value) => value <= 2,
    times,
  );
}

function firstToken(run: BenchRun): Target {
  const at = { program: "outcrop", base: "direct", case: "paced-100" };
  const added = spreadOf(pairs(run, at, (own, base) => own.load.first.p50 - base.load.first.p50))?.median;
  return verdict(
    "added time to the first token, 100 streams at 50 tokens/s, p50",
    "≤ 8 ms",
    added,
    (ms) => ms <= 8,
    inMs,
  );
}

function stalls(run: BenchRun): Target {
  const seen = spreadOf(figuresOf(run, { program: "outcrop", case: "paced-200" }, ({ load }) => load.stalls));
  return verdict(
    "stalls of over 100 ms among 200 streams at 50 tokens/s",
    "none",
    seen?.median,
    (count) => count === 0,
    String,
  );
}

function memory(run: BenchRun): Target {
  const most = run.samples.filter(({ program }) => program === "outcrop").map(({ memoryMb }) => memoryMb);
  const highest = spreadOf(most)?.most;
  return verdict(
    "resident memory under load, at the most",
    "≤ 130 MB",
    highest,
    (mb) => mb <= 130,
    (mb) => `${mb.toFixed(0)} MB`,
  );
}

function startUp(run: BenchRun): Target {
  const of = (wanted: string) =>
    spreadOf(run.starts.filter(({ program }) => program === wanted).map(({ ms }) => ms))?.median;
  const [own, floor] = [of("outcrop"), of("floor")];
  const ratio = own === undefined || floor === undefined ? undefined : own / floor;
  return verdict(
    "start until it listens, against the floor's",
    "≤ 2.5 ×",
    ratio,
    (value) => value <= 2.5,
    times,
  );
}

function ratioOf(
  run: BenchRun,
  at: { readonly case: string; readonly base: string },
  pick: (sample: BenchRun["samples"][number]) => number,
): number | undefined {
  return spreadOf(pairs(run, { program: "outcrop", ...at }, (own, base) => pick(own) / pick(base)))?.median;
}

const times = (value: number) => `${value.toFixed(2)} ×`;
const inMs = (value: number) => `${value.toFixed(1)} ms`;

function verdict(
  what: string,
  target: string,
  value: number | undefined,
  isMet: (value: number) => boolean,
  say: (value: number) => string,
): Target {
  return value === undefined || !Number.isFinite(value)
    ? { what, target, measured: "not measured", isMet: undefined }
    : { what, target, measured: say(value), isMet: isMet(value) };
}
