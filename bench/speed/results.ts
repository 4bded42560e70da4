import type { LoadResult } from "./load.ts";

/** What one round has shown of one program in one case. */
export interface Sample {
  readonly round: number;
  readonly program: string;
  readonly case: string;
  /** Processor time a request, in microseconds; 0 for `direct`. */
  readonly cpuUs: number;
  /** Processor time in each second. */
  readonly cpuShare: number;
  /** Megabytes, at the end of the case. */
  readonly memoryMb: number;
  readonly load: LoadResult;
}

/** What a run of the bench leaves behind. */
export interface BenchRun {
  /** When it ended. */
  readonly date: string;
  readonly machine: {
    readonly processors: string;
    readonly memoryGb: number;
    readonly system: string;
    readonly node: string;
    /** Whether each program was kept on one processor, and load and upstream on another. */
    readonly pinned: boolean;
  };
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
  readonly programs: readonly { readonly name: string; readonly title: string }[];
  readonly cases: readonly { readonly name: string; readonly title: string; readonly connections: number }[];
  readonly samples: readonly Sample[];
  /** Milliseconds from the start of the process to its first connection. */
  readonly starts: readonly { readonly round: number; readonly program: string; readonly ms: number }[];
  /** What was not measured, and why. */
  readonly leftOut: readonly { readonly program: string; readonly case?: string; readonly why: string }[];
}

/** The least, the middle and the greatest of some figures. */
export interface Spread {
  readonly least: number;
  readonly median: number;
  readonly most: number;
}

export function spreadOf(values: readonly number[]): Spread | undefined {
  const sorted = values.toSorted((one, other) => one - other);
  const [least, most] = [sorted[0], sorted.at(-1)];
  const median = sorted[Math.floor(sorted.length / 2)];
  return least === undefined || median === undefined || most === undefined
    ? undefined
    : { least, median, most };
}

/** A figure of each round of a program in a case. */
export function figuresOf(
  run: BenchRun,
  at: { readonly program: string; readonly case: string },
  pick: (sample: Sample) => number,
): readonly number[] {
  return run.samples.filter((sample) => sample.program === at.program && sample.case === at.case).map(pick);
}

/** The same of two programs in the same round, joined pair by pair: the machine's speed drifts between rounds. */
export function pairs(
  run: BenchRun,
  { program, base, case: name }: { readonly program: string; readonly base: string; readonly case: string },
  join: (own: Sample, base: Sample) => number,
): readonly number[] {
  const of = (wanted: string) =>
    run.samples.filter((sample) => sample.program === wanted && sample.case === name);
  return of(program).flatMap((own) => {
    const other = of(base).find(({ round }) => round === own.round);
    return other ? [join(own, other)] : [];
  });
}
