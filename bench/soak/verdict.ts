/** What was seen at one time, after everything that nobody needs was collected. */
export interface Sample {
  readonly requests: number;
  /** Bytes of objects and buffers. */
  readonly used: number;
  /** Bytes that the system sees. */
  readonly rss: number;
  /** Sockets, timers and the like that are open. */
  readonly open: number;
}

type Figure = "used" | "rss" | "open";

/** How one figure went from the second third of the time to the last. */
export interface Growth {
  readonly figure: Figure;
  readonly from: number;
  readonly to: number;
  readonly most: number;
  readonly isFlat: boolean;
}

export interface Verdict {
  readonly isFlat: boolean;
  readonly growths: readonly Growth[];
  /** Bytes of objects and buffers for each request: the median of the slopes between any two samples after the first third. */
  readonly bytesPerRequest: number;
}

const mib = 1024 * 1024;

/** By how much a figure may differ that grows no more: what caches, code and connections still move. */
const noise: Readonly<Record<Figure, { readonly least: number; readonly share: number }>> = {
  used: { least: 2 * mib, share: 0.05 },
  rss: { least: 32 * mib, share: 0.2 },
  open: { least: 16, share: 0.25 },
};

/**
 * Whether memory is flat. The first third of the time is for caches to fill and code to be compiled; then the median of the last third is
 * compared with that of the second. One odd sample changes neither, nor the slope.
 */
export function judge(samples: readonly Sample[]): Verdict {
  const third = Math.floor(samples.length / 3);
  const [middle, last] = [samples.slice(third, 2 * third), samples.slice(2 * third)];
  const growths = (["used", "rss", "open"] as const).map((figure): Growth => {
    const { least, share } = noise[figure];
    const [from, to] = [middle, last].map((part) => medianOf(part.map((sample) => sample[figure]))) as [
      number,
      number,
    ];
    const most = from + Math.max(least, from * share);
    return { figure, from, to, most, isFlat: to <= most };
  });
  const isFlat = growths.every((growth) => growth.isFlat);
  return { isFlat, growths, bytesPerRequest: slopeOf(samples.slice(third)) };
}

/** Theil and Sen's estimate of a slope: a quarter of the samples may be wrong by any amount. */
export function slopeOf(samples: readonly Pick<Sample, "requests" | "used">[]): number {
  const slopes = samples.flatMap((later, index) =>
    samples
      .slice(0, index)
      .filter((earlier) => earlier.requests < later.requests)
      .map((earlier) => (later.used - earlier.used) / (later.requests - earlier.requests)),
  );
  return medianOf(slopes);
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}
