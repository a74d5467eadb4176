import fc from "fast-check";
import type { BrokenCase } from "../testing.arb.js";
import { type Fqdn, fqdn, fqdnLength } from "./73-fqdn.js";
import { encoded, planted } from "./testing.arb.js";

const label: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.domain().map((text) => new TextEncoder().encode(text).subarray(0, 126)),
  fc.uint8Array({ maxLength: 126 }),
);

export const valid: fc.Arbitrary<Fqdn> = fc.record({ host: label, domain: label });

/** One of the two lengths is wrong: names of no octets, a cut or something behind the domain name. */
export const broken: fc.Arbitrary<BrokenCase> = planted(
  fqdnLength,
  fc.tuple(valid, fc.uint8Array({ minLength: 1, maxLength: 3 }), fc.nat(3)).map(([value, more, kind]) => {
    const octets = encoded(fqdn, value);
    if (kind === 0) return octets.slice(0, 1);
    if (kind === 1) return Uint8Array.of(...octets, ...more);
    if (kind === 2) return octets.slice(0, 1 + value.host.length);
    return value.domain.length === 0 ? new Uint8Array(0) : octets.slice(0, -1);
  }),
);
