/** Seconds that models take: from a cached prompt to ten minutes of thinking. */
export const latencyBuckets: readonly number[] = [
  0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 7.5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600,
];

/** Seconds that should be milliseconds. */
export const overheadBuckets: readonly number[] = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5,
];
