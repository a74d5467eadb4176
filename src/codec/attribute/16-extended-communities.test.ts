import * as arb from "./16-extended-communities.arb.js";
import { extendedCommunities } from "./16-extended-communities.js";
import { obeysTheLaws, unhex } from "./laws.arb.js";

obeysTheLaws(extendedCommunities, arb, {
  code: 16,
  name: "EXTENDED COMMUNITIES",
  flags: 0xc0,
  faults: [
    "extended-communities/wrong-flags: treat-as-withdraw 3/4",
    "extended-communities/bad-length: treat-as-withdraw 3/5",
  ],
  vectors: [
    // Route target 64500:100 (RFC 4360 §4), then the origin validation state "valid" (RFC 8097 §2).
    {
      octets: "0002fbf400000064" + "4300000000000000",
      value: [
        { type: 0x0002, value: unhex("fbf400000064") },
        { type: 0x4300, value: new Uint8Array(6) },
      ],
    },
  ],
  malformed: [
    { octets: "", fault: "extended-communities/bad-length" },
    { octets: "0002fbf4", fault: "extended-communities/bad-length" },
    { octets: "0002fbf40000006400", fault: "extended-communities/bad-length" },
  ],
  refused: [
    { why: "no value at all", value: [] },
    { why: "a value of 5 octets", value: [{ type: 2, value: new Uint8Array(5) }] },
    { why: "a type of 17 bits", value: [{ type: 0x10000, value: new Uint8Array(6) }] },
  ],
});
