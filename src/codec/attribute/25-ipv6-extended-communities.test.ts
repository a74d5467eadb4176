import { expect, it } from "vitest";
import { unhex } from "../testing.arb.js";
import * as arb from "./25-ipv6-extended-communities.arb.js";
import { ipv6ExtendedCommunities, ipv6ExtendedCommunitiesLength } from "./25-ipv6-extended-communities.js";
import { dissectsAttribute } from "./dissection.arb.js";
import { obeysTheLaws } from "./laws.arb.js";

const ADDRESS = "20010db8000000000000000000000001";

obeysTheLaws(ipv6ExtendedCommunities, arb, {
  code: 25,
  name: "IPv6 Address Specific Extended Community",
  flags: 0xc0,
  faults: [
    "ipv6-extended-communities/wrong-flags: treat-as-withdraw 3/4",
    "ipv6-extended-communities/bad-length: treat-as-withdraw 3/5",
  ],
  vectors: [
    // The route target of RFC 5701 §3, then a type that nobody knows.
    {
      octets: `0002${ADDRESS}0064${"c0ff"}${"00".repeat(16)}fffe`,
      value: [
        { type: 0x0002, globalAdministrator: unhex(ADDRESS), localAdministrator: 100 },
        { type: 0xc0ff, globalAdministrator: new Uint8Array(16), localAdministrator: 65534 },
      ],
    },
  ],
  malformed: [
    { octets: "", fault: "ipv6-extended-communities/bad-length" },
    { octets: `0002${ADDRESS}00`, fault: "ipv6-extended-communities/bad-length" },
    { octets: `0002${ADDRESS}006400`, fault: "ipv6-extended-communities/bad-length" },
  ],
  refused: [
    { why: "no value at all", value: [] },
    {
      why: "an IPv4 address",
      value: [{ type: 2, globalAdministrator: new Uint8Array(4), localAdministrator: 100 }],
    },
    {
      why: "a type of 17 bits",
      value: [{ type: 0x10000, globalAdministrator: new Uint8Array(16), localAdministrator: 100 }],
    },
    {
      why: "a local administrator of 17 bits",
      value: [{ type: 2, globalAdministrator: new Uint8Array(16), localAdministrator: 0x10000 }],
    },
  ],
});

it("has the clause of its fault", () => {
  expect(ipv6ExtendedCommunitiesLength.rfc).toBe("RFC 7606 §7.15");
});

dissectsAttribute(ipv6ExtendedCommunities, arb, {
  octets: `0002${ADDRESS}0064`,
  lines: [
    "0-2 community/type: 0x0002 (route target)",
    "2-18 community/global administrator: 2001:db8::1",
    "18-20 community/local administrator: 100",
  ],
});
