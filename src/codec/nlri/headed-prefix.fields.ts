import { distinguisherText, type FieldReader, named, prefixText } from "../fields.js";
import type { RouteForm } from "../nlri.js";
import { hex } from "../octets.js";
import { countedRoutes } from "./counted-routes.fields.js";
import { prefixOctets } from "./prefix.js";

/** What a family has in front of its prefixes. */
export interface Heading {
  readonly labels: boolean;
  readonly distinguisher: boolean;
  /** Octets of an address. */
  readonly width: 4 | 16;
}

/** RFC 4271 §4.3, RFC 8277 §2, RFC 4364 §4.3.4, RFC 6514 §10. */
export const fieldsOf =
  ({ labels, distinguisher, width }: Heading) =>
  (reader: FieldReader, addPath: boolean, form: RouteForm): void =>
    countedRoutes(reader, addPath, "route", (route, bits) => {
      let left = bits;
      if (labels) left -= labelFields(route, form);
      if (distinguisher) {
        route.octets("route distinguisher", 8, distinguisherText);
        left -= 64;
      }
      // Cut short, or fewer bits than the head has: what there is.
      if (left < 0 || route.left < prefixOctets(left)) return undefined;
      const text = (octets: Uint8Array): string => prefixText(octets, left, width);
      return text(route.octets("prefix", route.left, text));
    });

/** The labels, or what stands for them; the bits they take. */
const labelFields = (route: FieldReader, form: RouteForm): number => {
  if (form === "withdrawn") {
    // RFC 8277 §2.4.
    route.octets("compatibility", 3, (octets) => `${hex(octets)} (ignored)`);
    return 24;
  }
  for (let bits = 24; ; bits += 24) {
    const label = route.u24("label", labelText);
    if (form === "single" || (label & 1) === 1 || route.left === 0) return bits;
  }
};

/** RFC 3032 §2.1 and IANA, Special-Purpose MPLS Label Values. */
const labelName = named(
  {
    0: "IPv4 explicit NULL",
    1: "router alert",
    2: "IPv6 explicit NULL",
    3: "implicit NULL",
    7: "entropy label indicator",
    13: "GAL",
    14: "OAM alert",
    15: "extension",
  },
  "special purpose",
);

const labelText = (octets: number): string => {
  const label = octets >>> 4;
  return `${label < 16 ? labelName(label) : label}, Rsrv ${(octets >>> 1) & 7}, S ${octets & 1}`;
};
