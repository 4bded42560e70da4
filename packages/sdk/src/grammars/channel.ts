import { type CallReader, type CallRights, type Leftover, createCallReader } from "./call-reader.ts";
import type { CallSyntax } from "./call-syntax.ts";
import { type MarkerIndex, createMarkerScanner, indexMarkers } from "./marker-scanner.ts";
import { leadingSpace } from "./whitespace.ts";

/** A marker that is not the channel's own, and what follows it. */
export interface Hit {
  readonly marker: string;
  readonly rest: string;
}

/** Content or thinking as the model writes it, with calls in it. */
export interface Channel {
  /** Reads on, up to a marker that others must judge. */
  push(text: string): Hit | undefined;
  /** Text that is no marker, whatever it looks like. */
  literal(text: string): void;
  /** No more is coming: what was held is text, or a call that was not closed. A marker may show even now. */
  flush(): Hit | undefined;
  /** Whether anything but whitespace has come. */
  hasText(): boolean;
}

/** What a channel looks for. */
export interface ChannelPlan {
  /** Which syntax each marker belongs to, */
  readonly byMarker: ReadonlyMap<string, CallSyntax>;
  /** the tokens that mean nothing alone, */
  readonly strays: ReadonlySet<string>;
  /** and the syntax that needs no marker. */
  readonly opened: CallSyntax | undefined;
  readonly index: MarkerIndex;
}

/** Plans a channel that leaves these markers for others to judge, and in which calls may be written like this. */
export function planChannel({
  markers,
  syntaxes,
}: {
  readonly markers: readonly string[];
  readonly syntaxes: readonly CallSyntax[];
}): ChannelPlan {
  const byMarker = new Map(syntaxes.flatMap((syntax) => syntax.markers.map((marker) => [marker, syntax])));
  const strays = new Set(syntaxes.flatMap((syntax) => syntax.strays ?? []));
  const opened = syntaxes.find((syntax) => syntax.opening !== undefined);
  return { byMarker, strays, opened, index: indexMarkers([...markers, ...byMarker.keys(), ...strays]) };
}

export interface ChannelOptions {
  readonly plan: ChannelPlan;
  /** What comes of the calls; absent where none are planned. */
  readonly rights?: CallRights;
  readonly write: (text: string) => void;
}

/** A fresh channel. */
export function createChannel({ plan, rights, write }: ChannelOptions): Channel {
  const { byMarker, strays, opened } = plan;
  const scanner = createMarkerScanner(plan.index);
  let reader: CallReader | undefined;
  let hasText = false;

  return { push, literal, flush, hasText: () => hasText };

  function push(text: string): Hit | undefined {
    let unread = text;
    while (unread !== "") {
      if (reader) {
        const leftover = reader.push(unread);
        if (!leftover) return undefined;
        unread = leave(leftover);
      } else if (rights && opened && isOpening(unread)) {
        const space = leadingSpace(unread);
        write(unread.slice(0, space));
        unread = unread.slice(space);
        reader = createCallReader(opened, "", rights);
      } else {
        const found = scanner.push(unread);
        literal(found.before);
        if (found.marker === undefined) return undefined;
        unread = found.rest;
        const hit = meet(found.marker, unread);
        if (hit) return hit;
      }
    }
    return undefined;
  }

  function isOpening(text: string): boolean {
    return !hasText && !scanner.isHolding() && text.charAt(leadingSpace(text)) === opened?.opening;
  }

  function meet(marker: string, rest: string): Hit | undefined {
    const syntax = byMarker.get(marker);
    if (rights && syntax) reader = createCallReader(syntax, marker, rights);
    return syntax || strays.has(marker) ? undefined : { marker, rest };
  }

  function leave({ literal: text, rest }: Leftover): string {
    reader = undefined;
    literal(text);
    return rest;
  }

  function literal(text: string): void {
    if (text === "") return;
    hasText ||= leadingSpace(text) < text.length;
    write(text);
  }

  function flush(): Hit | undefined {
    while (reader) {
      const hit = push(leave(reader.end()));
      if (hit) return hit;
    }
    literal(scanner.flush());
    return undefined;
  }
}
