import { type Strategy, pickLowest } from "./strategy.ts";

/** The one with the fewest calls under way. */
export const leastBusy: Strategy = (entries, { view, random }) =>
  pickLowest(entries, ({ id }) => view(id).inFlight, random);
