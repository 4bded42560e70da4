/** What a call does while its model is being restored. */
export const coldStartPolicies = ["wait", "fail_fast", "fallback", "race"] as const;

export type ColdStartPolicy = (typeof coldStartPolicies)[number];

/** How a deployment's calls wait for a model that is being restored. */
export interface ColdTerms {
  readonly coldStart: ColdStartPolicy;
  /** Seconds before a stream that waits is opened; 0: never. */
  readonly coldStartGrace: number;
}

/** `outcrop_settings` about models that scale to zero. */
export interface ColdSettings {
  /** Default `wait`. */
  readonly coldStart: ColdStartPolicy;
  /** Seconds. Default 5. */
  readonly coldStartGrace: number;
  /** Seconds that a model which is being restored is waited for. Default 300. */
  readonly coldStartTimeout: number;
  /** Models that are restored when the gateway starts. */
  readonly warmUp: readonly string[];
  readonly warmSchedule: readonly WarmPeriod[];
}

export const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

export type Weekday = (typeof weekdays)[number];

/** Times in which models are kept warm. */
export interface WarmPeriod {
  readonly models: readonly string[];
  /** The days on which it begins. */
  readonly days: readonly Weekday[];
  /** Minutes since midnight. */
  readonly from: number;
  /** Not after `from`: of the next day. */
  readonly to: number;
  /** As `Intl` names it. */
  readonly timeZone: string;
}
