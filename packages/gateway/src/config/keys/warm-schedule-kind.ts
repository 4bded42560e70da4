import type { WarmPeriod, Weekday } from "../cold-config.ts";
import { weekdays } from "../cold-config.ts";
import type { ConfigNode, MapNode } from "../source/config-node.ts";
import { type Block, type KeyTable, honour } from "./block.ts";
import { textList } from "./collection-kinds.ts";
import { type Kind, type Place, findingAt, inside, reportWrongKind } from "./kind.ts";
import { readBlock } from "./read-block.ts";
import { text } from "./scalar-kinds.ts";

/** `08:30`, in minutes since midnight. YAML's older rules take `18:00` for a number; what is written counts. */
const timeOfDay: Kind<number> = {
  name: "a time such as 08:30",
  read(node, place) {
    const [, hours, minutes] = /^(\d{1,2}):([0-5]\d)$/.exec(node.kind === "scalar" ? node.text : "") ?? [];
    const time = Number(hours) * 60 + Number(minutes);
    return time <= 24 * 60 ? time : reportWrongKind(node, place, timeOfDay.name);
  },
};

/** Days by their English names or beginnings, and spans of them: `[mon-fri, sunday]`. */
const days: Kind<readonly Weekday[]> = {
  name: "days such as mon-fri",
  read(node, place) {
    const words = textList.read(node, place) ?? [];
    const spans = words.map((word) => toSpan(word.toLowerCase()));
    return spans.every((span) => span !== undefined)
      ? weekdays.filter((day) => spans.some((span) => span.includes(day)))
      : reportWrongKind(node, place, days.name);
  },
};

function toSpan(word: string): readonly Weekday[] | undefined {
  const [from = "", to = from] = word.split(/\s*-\s*/);
  const first = weekdays.findIndex((day) => isDay(from, day));
  const last = weekdays.findIndex((day) => isDay(to, day));
  if (first === -1 || last === -1) return undefined;
  return first <= last
    ? weekdays.slice(first, last + 1)
    : [...weekdays.slice(first), ...weekdays.slice(0, last + 1)];
}

const longNames = new Set(["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]);

function isDay(word: string, day: Weekday): boolean {
  return word === day || (word.startsWith(day) && longNames.has(word));
}

const timeZone: Kind<string> = {
  name: "a time zone such as Europe/Berlin",
  read(node, place) {
    const zone = text.read(node, place);
    if (zone === undefined) return undefined;
    try {
      return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone;
    } catch {
      return reportWrongKind(node, place, timeZone.name);
    }
  },
};

const period = {
  name: "outcrop_settings.warm_schedule[]",
  scope: "gateway",
  keys: {
    models: honour(textList, "the models, by the names that clients send"),
    days: honour(days, "`mon-fri`, `[sat, sun]` (every day)"),
    from: honour(timeOfDay, "from this time on (00:00)"),
    to: honour(timeOfDay, "to this time; before `from` it is one of the next day (24:00)"),
    time_zone: honour(timeZone, "a name such as Europe/Berlin (UTC)"),
  },
} as const satisfies Block<KeyTable>;

/** A list of periods in which models are kept warm. */
export const warmSchedule: Kind<readonly WarmPeriod[]> = {
  name: "a list of periods with models, days, from, to and time_zone",
  read(node, place) {
    if (node.kind !== "list") return reportWrongKind(node, place, warmSchedule.name);
    return node.items.flatMap((item, index) => readPeriod(item, inside(place, index)) ?? []);
  },
};

function readPeriod(node: ConfigNode, place: Place): WarmPeriod | undefined {
  if (node.kind !== "map") return reportWrongKind(node, place, "a period: a map of models, days, from, to");
  const { values, unknown } = readBlock(node, period, place);
  for (const { key, position } of unknown) {
    const here = inside(place, key);
    const message = `${here.path} is unknown and ignored. It knows ${Object.keys(period.keys).join(", ")}.`;
    place.report(findingAt({ position }, here, { level: "warning", code: "unknown_key", message }));
  }
  if (!values.models) return reportMissing(node, place);
  return {
    models: values.models,
    days: values.days ?? weekdays,
    from: values.from ?? 0,
    to: values.to ?? 24 * 60,
    timeZone: values.time_zone ?? "UTC",
  };
}

function reportMissing(node: MapNode, place: Place): undefined {
  const message = `${place.path} needs models.`;
  place.report(findingAt(node, place, { level: "error", code: "missing_key", message }));
}
