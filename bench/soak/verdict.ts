/** What was seen at one time, after everything that nobody needs was collected. Bytes. */
export interface MemorySample {
  readonly seconds: number;
  readonly requests: number;
  readonly used: number;
}

export interface Verdict {
  readonly isFlat: boolean;
  /** From the second third of the time to the last, in the median. */
  readonly grownBytes: number;
  readonly bytesPerRequest: number;
}

/** Noise of a heap that grows no more: what caches and code still move. */
const noiseBytes = 2 * 1024 * 1024;
const noiseShare = 0.05;

/**
 * Whether memory is flat: the first third of the time is for caches to fill and code to be compiled, the median of the last third is
 * compared with that of the second. One odd sample changes neither.
 */
export function judge(samples: readonly MemorySample[]): Verdict {
  const third = Math.floor(samples.length / 3);
  const [middle, last] = [samples.slice(third, 2 * third), samples.slice(2 * third)];
  const before = medianOf(middle, ({ used }) => used);
  const grownBytes = medianOf(last, ({ used }) => used) - before;
  const requests =
    medianOf(last, (sample) => sample.requests) - medianOf(middle, (sample) => sample.requests);
  return {
    isFlat: grownBytes <= Math.max(noiseBytes, before * noiseShare),
    grownBytes,
    bytesPerRequest: grownBytes / Math.max(1, requests),
  };
}

function medianOf(samples: readonly MemorySample[], pick: (sample: MemorySample) => number): number {
  const sorted = samples.map(pick).toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
