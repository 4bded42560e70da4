import { isIP } from "node:net";
import { textList } from "./collection-kinds.ts";
import { type Kind, findingAt, inside } from "./kind.ts";

/** IP addresses, and ranges of them in CIDR notation. */
export const addressList: Kind<readonly string[]> = {
  name: "a list of addresses and CIDR ranges",
  read(node, place) {
    const ranges = textList.read(node, place);
    for (const [index, range] of ranges?.entries() ?? []) {
      if (isRange(range)) continue;
      const item = inside(place, index);
      const message = `${item.path} must be an IP address or a range such as 10.0.0.0/8.`;
      place.report(findingAt(node, item, { level: "error", code: "wrong_kind", message }));
    }
    return ranges;
  },
};

function isRange(text: string): boolean {
  const [address = "", prefix = "0", ...rest] = text.split("/");
  const version = isIP(address);
  const longest = version === 4 ? 32 : 128;
  return version !== 0 && rest.length === 0 && /^\d{1,3}$/.test(prefix) && Number(prefix) <= longest;
}
