import * as arb from "./36-d-path.arb.js";
import { dPath } from "./36-d-path.js";
import { dissectsAttribute } from "./dissection.arb.js";
import { obeysTheLaws } from "./laws.arb.js";

const domain = { globalAdministrator: 64500, localAdministrator: 258, isfSafiType: 70 };
const last = { globalAdministrator: 0xffffffff, localAdministrator: 0xffff, isfSafiType: 255 };
const octets = "0000fbf4" + "0102" + "46";
const lastOctets = "ff".repeat(7);

obeysTheLaws(dPath, arb, {
  code: 36,
  name: "D-PATH",
  flags: 0xc0,
  faults: [
    "d-path/wrong-flags: treat-as-withdraw 3/4",
    "d-path/too-short: treat-as-withdraw 3/5",
    "d-path/empty-segment: treat-as-withdraw 3/9",
    "d-path/overrun: treat-as-withdraw 3/9",
  ],
  vectors: [
    { octets: `01${octets}`, value: [[domain]] },
    { octets: `02${octets}${lastOctets}01${octets}`, value: [[domain, last], [domain]] },
    { octets: `ff${lastOctets.repeat(255)}`, value: [Array.from({ length: 255 }, () => last)] },
  ],
  malformed: [
    { octets: "", fault: "d-path/too-short" },
    { octets: "00", fault: "d-path/too-short" },
    { octets: `01${octets.slice(2)}`, fault: "d-path/too-short" },
    { octets: `00${octets}`, fault: "d-path/empty-segment" },
    { octets: `01${octets}00`, fault: "d-path/empty-segment" },
    { octets: `02${octets}`, fault: "d-path/overrun" },
    { octets: `02${octets}${octets.slice(2)}`, fault: "d-path/overrun" },
    { octets: `01${octets}01`, fault: "d-path/overrun" },
  ],
  refused: [
    { why: "no segment", value: [] },
    { why: "an empty segment", value: [[domain], []] },
    { why: "256 domains", value: [Array.from({ length: 256 }, () => domain)] },
    { why: "a global administrator of 33 bits", value: [[{ ...domain, globalAdministrator: 0x100000000 }]] },
    { why: "a local administrator of 17 bits", value: [[{ ...domain, localAdministrator: 0x10000 }]] },
    { why: "a type of nine bits", value: [[{ ...domain, isfSafiType: 256 }]] },
  ],
});

dissectsAttribute(dPath, arb, {
  octets: `01${octets}02${lastOctets}`,
  lines: [
    "0-1 segment/domains: 1",
    "1-5 segment/domain/global administrator: 64500",
    "5-7 segment/domain/local administrator: 258",
    "7-8 segment/domain/ISF_SAFI_TYPE: 70 (EVPN)",
    "8-9 segment/domains: 2",
    "9-13 segment/domain/global administrator: 4294967295",
    "13-15 segment/domain/local administrator: 65535",
    "15-16 segment/domain/ISF_SAFI_TYPE: 255 (undefined)",
  ],
});
