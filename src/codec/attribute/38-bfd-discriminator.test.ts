import { unhex } from "../testing.arb.js";
import * as arb from "./38-bfd-discriminator.arb.js";
import { bfdDiscriminator } from "./38-bfd-discriminator.js";
import { dissectsAttribute } from "./dissection.arb.js";
import { obeysTheLaws } from "./laws.arb.js";

const v4 = { type: "source-address" as const, address: unhex("c0000201") };
const v6 = { type: "source-address" as const, address: unhex("20010db8000000000000000000000001") };
const padding = { type: "opaque" as const, code: 9, octets: unhex("00000000") };

obeysTheLaws(bfdDiscriminator, arb, {
  code: 38,
  name: "BFD Discriminator",
  flags: 0xc0,
  faults: [
    "bfd-discriminator/wrong-flags: treat-as-withdraw 3/4",
    "bfd-discriminator/too-short: discard 3/9",
    "bfd-discriminator/tlv-overrun: discard 3/9",
    "bfd-discriminator/bad-source-address-length: discard 3/9",
    "bfd-discriminator/no-source-address: discard 3/9",
  ],
  vectors: [
    // RFC 9026 §3.1.6: P2MP from an IPv4 root, from an IPv6 one, with a TLV that is not known on either side.
    { octets: "01deadbeef" + "0104c0000201", value: { mode: 1, discriminator: 0xdeadbeef, tlvs: [v4] } },
    {
      octets: "0100000001" + "0900" + "011020010db8000000000000000000000001" + "0002ffff",
      value: {
        mode: 1,
        discriminator: 1,
        tlvs: [{ type: "opaque", code: 9, octets: unhex("") }, v6, { type: "opaque", code: 0, octets: unhex("ffff") }],
      },
    },
    // Two sources: nothing forbids it.
    { octets: `0100000001${"0104c0000201".repeat(2)}`, value: { mode: 1, discriminator: 1, tlvs: [v4, v4] } },
    // A mode that is not assigned needs none.
    { octets: "0200000001" + "090400000000", value: { mode: 2, discriminator: 1, tlvs: [padding] } },
  ],
  malformed: [
    { octets: "", fault: "bfd-discriminator/too-short" },
    { octets: "0100000001", fault: "bfd-discriminator/too-short" },
    { octets: "0200000001" + "0903000000", fault: "bfd-discriminator/too-short" },
    { octets: "0100000001" + "0104c0000201" + "09", fault: "bfd-discriminator/tlv-overrun" },
    { octets: "0100000001" + "0104c0000201" + "0901", fault: "bfd-discriminator/tlv-overrun" },
    { octets: "0100000001" + "0105c0000201", fault: "bfd-discriminator/tlv-overrun" },
    { octets: "0100000001" + "0904000000000103c00002", fault: "bfd-discriminator/bad-source-address-length" },
    { octets: "0100000001" + "0105c000020100", fault: "bfd-discriminator/bad-source-address-length" },
    { octets: "0200000001" + "0100" + "090200ff", fault: "bfd-discriminator/bad-source-address-length" },
    { octets: "0100000001" + "090400000000", fault: "bfd-discriminator/no-source-address" },
  ],
  refused: [
    { why: "P2MP without a source", value: { mode: 1, discriminator: 1, tlvs: [padding] } },
    { why: "10 octets", value: { mode: 2, discriminator: 1, tlvs: [{ ...padding, octets: unhex("000000") }] } },
    { why: "a mode of 9 bits", value: { mode: 256, discriminator: 1, tlvs: [v4] } },
    { why: "33 bits", value: { mode: 1, discriminator: 0x100000000, tlvs: [v4] } },
    {
      why: "an address of 5 octets",
      value: { mode: 1, discriminator: 1, tlvs: [{ type: "source-address", address: unhex("c000020100") }] },
    },
    { why: "a source of no layout", value: { mode: 2, discriminator: 1, tlvs: [{ ...padding, code: 1 }] } },
    { why: "a code of 9 bits", value: { mode: 2, discriminator: 1, tlvs: [{ ...padding, code: 256 }] } },
    { why: "256 octets", value: { mode: 2, discriminator: 1, tlvs: [{ ...padding, octets: new Uint8Array(256) }] } },
  ],
});

dissectsAttribute(bfdDiscriminator, arb, {
  octets: "01deadbeef" + "0104c0000201" + "0902beef",
  lines: [
    "0-1 BFD mode: 1 (P2MP BFD)",
    "1-5 BFD discriminator: 3735928559",
    "5-6 TLV/type: 1 (source IP address)",
    "6-7 TLV/length: 4",
    "7-11 TLV/source IP address: 192.0.2.1",
    "11-12 TLV/type: 9 (unassigned)",
    "12-13 TLV/length: 2",
    "13-15 TLV/value: beef",
  ],
});
