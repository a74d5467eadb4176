import { type PlacedCapability, readCapabilities } from "../../src/codec/capability/list.js";
import type { Capability } from "../../src/codec/capability.js";
import type { Found } from "../../src/codec/fault.js";
import { Ipv4Unicast, Ipv6Unicast } from "../../src/codec/iana.js";
import { decodeOpen, encodeOpen, type OpenToSend } from "../../src/codec/message/open.js";
import type { MicroCase } from "./case.js";

/** What a router of today sends: both families, refresh, extended messages, restart, four-octet AS, and one we don't know. */
const capabilities: readonly Capability[] = [
  { code: 1, value: Ipv4Unicast },
  { code: 1, value: Ipv6Unicast },
  { code: 2, value: null },
  { code: 6, value: null },
  { code: 65, value: 65_550 },
  { code: 70, value: null },
  { code: 200, value: Uint8Array.of(1, 2, 3, 4) },
];

const open: OpenToSend = { as: 65_550, holdTime: 180, identifier: 0xc0000201, capabilities };
const TIMES = 1000;

const read: MicroCase = {
  name: "open-read",
  unit: "OPEN",
  setup() {
    const msg = encodeOpen(open);
    return {
      ops: TIMES,
      octets: TIMES * msg.length,
      run() {
        let sum = 0;
        for (let i = 0; i < TIMES; i++) sum += decodeOpen(msg, 0, msg.length).value?.capabilities.length ?? Number.NaN;
        return sum;
      },
    };
  },
};

const encode: MicroCase = {
  name: "open-encode",
  unit: "OPEN",
  setup() {
    const { length } = encodeOpen(open);
    return {
      ops: TIMES,
      octets: TIMES * length,
      run() {
        let sum = 0;
        for (let i = 0; i < TIMES; i++) sum += encodeOpen(open).length;
        return sum;
      },
    };
  },
};

const list: MicroCase = {
  name: "capability-list",
  unit: `list of ${capabilities.length} capabilities`,
  setup() {
    const msg = encodeOpen(open);
    // Behind the header, the fixed fields, and the type and length of the one parameter.
    const start = 31;
    return {
      ops: TIMES,
      octets: TIMES * (msg.length - start),
      run() {
        let sum = 0;
        for (let i = 0; i < TIMES; i++) {
          const placed: PlacedCapability[] = [];
          const found: Found[] = [];
          readCapabilities(msg, start, msg.length, 0, placed, found);
          sum += placed.length - found.length;
        }
        return sum;
      },
    };
  },
};

export const openCases: readonly MicroCase[] = [read, encode, list];
