import { unhex } from "../testing.arb.js";
import * as arb from "./34-community-container.arb.js";
import { communityContainer, type WideCommunity } from "./34-community-container.js";
import { dissectsAttribute } from "./dissection.arb.js";
import { obeysTheLaws } from "./laws.arb.js";

const byte = (value: number): string => value.toString(16).padStart(2, "0");

/** A wide community with these TLVs behind its three numbers. */
const wide = (tlvs: string): string => `0001030000${byte(18 + tlvs.length / 2)}800000010000fbf4ffffffff${tlvs}`;
const head = {
  type: 1,
  flags: 3,
  reserved: 0,
  community: 0x80000001,
  sourceAs: 64500,
  contextAs: 0xffffffff,
} as const;

/** A TLV of type 1 to 3 with these atoms in it. */
const holding = (type: number, atoms: string): string => `${byte(type)}00${byte(atoms.length / 2)}${atoms}`;

/** 0.0.0.0/0, 192.0.2.1/32, and two with bits after them; 2001:db8::1/128, 8000::/7, ::/0. */
const prefixes =
  "02000d" +
  "00" +
  "20c0000201" +
  "09c0ff" +
  "120a010f" +
  "030014" +
  "8020010db8000000000000000000000001" +
  "0780" +
  "00";

/** Figure 6 of draft -12: prepend four times to two ASes and two cities, not to a third. */
const example = [
  "000101" + "00003f" + "00000001" + "0000fbf0" + "0000fbf0",
  "010016" + "010008" + "00000978" + "000022b8" + "070008" + "00000064" + "00000068",
  "020007" + "070004" + "00000065",
  "030007" + "040004" + "00000004",
].join("");

const bad = (fault: string, ...octets: readonly string[]) =>
  octets.map((one) => ({ octets: one, fault: `community-container/${fault}` }));

const badAtoms = [
  // Cut off, or longer than its TLV.
  ...["08", "0800", "080001", "080000" + "08", "09000201"],
  // Lists of four octets each: none, or part of one.
  ...[1, 4, 5, 6, 7].flatMap((type) => [`${byte(type)}0000`, `${byte(type)}0003000000`, `${byte(type)}00050000000000`]),
  // Prefixes that are too long, or cut off; of which one comes first.
  ...["020006" + "210a00000000", "020001" + "01", "020003" + "18c000", "020004" + "080a" + "100a"],
  ...[`03001281${"00".repeat(17)}`, "030001" + "01", `0300108020${"00".repeat(14)}`],
];

const refuse = (why: string, change: Partial<WideCommunity>) => ({ why, value: [{ ...head, tlvs: [], ...change }] });
const atoms = (type: number, ...inside: readonly object[]) => ({ tlvs: [{ type, atoms: inside }] }) as never;

obeysTheLaws(communityContainer, arb, {
  code: 34,
  name: "BGP Community Container",
  flags: 0xc0,
  faults: [
    "community-container/wrong-flags: treat-as-withdraw 3/4",
    "community-container/bad-length: treat-as-withdraw 3/5",
    "community-container/wide-community-too-short: treat-as-withdraw 3/9",
    "community-container/bad-tlv-length: treat-as-withdraw 3/9",
    "community-container/repeated-tlv: treat-as-withdraw 3/9",
    "community-container/bad-atom: treat-as-withdraw 3/9",
  ],
  vectors: [
    {
      octets: example,
      value: [
        {
          type: 1,
          flags: 1,
          reserved: 0,
          community: 1,
          sourceAs: 64496,
          contextAs: 64496,
          tlvs: [
            {
              type: 1,
              atoms: [
                { type: 1, numbers: [2424, 8888] },
                { type: 7, numbers: [100, 104] },
              ],
            },
            { type: 2, atoms: [{ type: 7, numbers: [101] }] },
            { type: 3, atoms: [{ type: 4, numbers: [4] }] },
          ],
        },
      ],
    },
    { octets: wide(""), value: [{ ...head, tlvs: [] }] },
    {
      // Empty targets, which a receiver must be prepared for; a TLV that is not known; two containers.
      octets: `${wide("010000" + "0400021234" + "000000")}0002ff010008beef`,
      value: [
        {
          ...head,
          tlvs: [
            { type: 1, atoms: [] },
            { type: 4, octets: unhex("1234") },
            { type: 0, octets: new Uint8Array(0) },
          ],
        },
        { type: 2, flags: 255, reserved: 1, content: unhex("beef") },
      ],
    },
    { octets: "ffff00000006", value: [{ type: 0xffff, flags: 0, reserved: 0, content: new Uint8Array(0) }] },
    {
      octets: wide(holding(3, `${prefixes}0500043f800000060004000000010800026869090001ee`)),
      value: [
        {
          ...head,
          tlvs: [
            {
              type: 3,
              atoms: [
                {
                  type: 2,
                  prefixes: [
                    { bits: 0, prefix: new Uint8Array(0) },
                    { bits: 32, prefix: unhex("c0000201") },
                    { bits: 9, prefix: unhex("c0ff") },
                    { bits: 18, prefix: unhex("0a010f") },
                  ],
                },
                {
                  type: 3,
                  prefixes: [
                    { bits: 128, prefix: unhex("20010db8000000000000000000000001") },
                    { bits: 7, prefix: unhex("80") },
                    { bits: 0, prefix: new Uint8Array(0) },
                  ],
                },
                { type: 5, numbers: [0x3f800000] },
                { type: 6, numbers: [1] },
                { type: 8, octets: unhex("6869") },
                { type: 9, octets: unhex("ee") },
              ],
            },
          ],
        },
      ],
    },
    {
      octets: wide(holding(2, "020000" + "030000" + "080000" + "080001c3")),
      value: [
        {
          ...head,
          tlvs: [
            {
              type: 2,
              atoms: [
                { type: 2, prefixes: [] },
                { type: 3, prefixes: [] },
                { type: 8, octets: new Uint8Array(0) },
                { type: 8, octets: unhex("c3") },
              ],
            },
          ],
        },
      ],
    },
  ],
  malformed: [
    ...bad(
      "bad-length",
      "",
      "00",
      "0001000000",
      "000200000005",
      "000200000000",
      "000200000007",
      `${wide("")}0002000000`,
    ),
    ...bad("bad-length", `${wide("")}000200000005`, wide("").slice(0, -2)),
    ...bad("wide-community-too-short", "000100000006", `000100000011${"00".repeat(11)}`),
    ...bad("bad-tlv-length", ...["09", "0900", "090001", "0900021e", "09000001"].map(wide)),
    ...bad("repeated-tlv", ...["010000010000", "090001aa000000090000"].map(wide)),
    ...bad("bad-atom", ...[1, 2, 3].flatMap((type) => badAtoms.map((octets) => wide(holding(type, octets))))),
    // What follows a good one is looked at, too.
    ...bad("bad-atom", wide(holding(1, "080000" + "010000")), wide(`010000${holding(2, "010000")}`)),
    ...bad("wide-community-too-short", `${wide("")}000100000006`),
  ],
  refused: [
    { why: "no container", value: [] },
    { why: "a wide community as octets", value: [{ type: 1, flags: 0, reserved: 0, content: new Uint8Array(12) }] },
    refuse("another type as a wide community", { type: 2 }),
    refuse("flags of nine bits", { flags: 256 }),
    refuse("a reserved octet of nine bits", { reserved: 256 }),
    refuse("a type of 17 bits", { type: 0x10000 }),
    refuse("a community of 33 bits", { community: 0x100000000 }),
    refuse("a source AS of 33 bits", { sourceAs: 0x100000000 }),
    refuse("a context AS of 33 bits", { contextAs: 0x100000000 }),
    refuse("a TLV twice", { tlvs: [1, 1].map((type) => ({ type, atoms: [] })) }),
    refuse("a TLV of nine bits", { tlvs: [{ type: 256, octets: new Uint8Array(0) }] }),
    refuse("targets as octets", { tlvs: [{ type: 1, octets: new Uint8Array(0) }] }),
    refuse("atoms in a TLV that is not known", { tlvs: [{ type: 4, atoms: [] }] }),
    refuse("a container above 65535", { tlvs: [{ type: 4, octets: new Uint8Array(65515) }] }),
    refuse("AS numbers as octets", atoms(1, { type: 1, octets: new Uint8Array(4) })),
    refuse("an empty list", atoms(1, { type: 7, numbers: [] })),
    refuse("a number of 33 bits", atoms(1, { type: 4, numbers: [0x100000000] })),
    refuse("numbers where there is text", atoms(2, { type: 8, numbers: [1] })),
    refuse("prefixes where there are numbers", atoms(2, { type: 4, prefixes: [] })),
    refuse("prefixes where there is text", atoms(2, { type: 8, prefixes: [] })),
    refuse("octets where there are prefixes", atoms(2, { type: 3, octets: new Uint8Array(1) })),
    refuse("an IPv4 prefix of 33 bits", atoms(3, { type: 2, prefixes: [{ bits: 33, prefix: new Uint8Array(5) }] })),
    refuse("an IPv6 prefix of 129 bits", atoms(3, { type: 3, prefixes: [{ bits: 129, prefix: new Uint8Array(17) }] })),
    refuse("a prefix of too few octets", atoms(3, { type: 2, prefixes: [{ bits: 9, prefix: new Uint8Array(1) }] })),
    refuse("an atom of nine bits", atoms(3, { type: 256, octets: new Uint8Array(0) })),
  ],
});

dissectsAttribute(
  communityContainer,
  arb,
  {
    octets: example,
    lines: [
      "0-2 container/type: 1 (BGP Wide Community)",
      "2-3 container/flags: 1 C",
      "3-4 container/reserved: 0",
      "4-6 container/length: 63",
      "6-10 container/community value: 1 (of the context AS)",
      "10-14 container/source AS: 64496",
      "14-18 container/context AS: 64496",
      "18-19 container/TLV/type: 1 (targets)",
      "19-21 container/TLV/length: 22",
      "21-22 container/TLV/atom/type: 1 (AS numbers)",
      "22-24 container/TLV/atom/length: 8",
      "24-28 container/TLV/atom/AS: 2424",
      "28-32 container/TLV/atom/AS: 8888",
      "32-33 container/TLV/atom/type: 7 (user-defined classes)",
      "33-35 container/TLV/atom/length: 8",
      "35-39 container/TLV/atom/user-defined class: 100",
      "39-43 container/TLV/atom/user-defined class: 104",
      "43-44 container/TLV/type: 2 (exclude targets)",
      "44-46 container/TLV/length: 7",
      "46-47 container/TLV/atom/type: 7 (user-defined classes)",
      "47-49 container/TLV/atom/length: 4",
      "49-53 container/TLV/atom/user-defined class: 101",
      "53-54 container/TLV/type: 3 (parameters)",
      "54-56 container/TLV/length: 7",
      "56-57 container/TLV/atom/type: 4 (integers)",
      "57-59 container/TLV/atom/length: 4",
      "59-63 container/TLV/atom/integer: 4",
    ],
  },
  {
    octets: wide(holding(1, "010008" + "00000000ffffffff" + "020004" + "18c00002" + "030004" + "0780" + "0721")),
    lines: [
      "0-2 container/type: 1 (BGP Wide Community)",
      "2-3 container/flags: 3 T C",
      "3-4 container/reserved: 0",
      "4-6 container/length: 46",
      "6-10 container/community value: 1 (registered)",
      "10-14 container/source AS: 64500",
      "14-18 container/context AS: 4294967295",
      "18-19 container/TLV/type: 1 (targets)",
      "19-21 container/TLV/length: 25",
      "21-22 container/TLV/atom/type: 1 (AS numbers)",
      "22-24 container/TLV/atom/length: 8",
      "24-28 container/TLV/atom/AS: none",
      "28-32 container/TLV/atom/AS: all",
      "32-33 container/TLV/atom/type: 2 (IPv4 prefixes)",
      "33-35 container/TLV/atom/length: 4",
      "35-36 container/TLV/atom/prefix length: 24",
      "36-39 container/TLV/atom/prefix: 192.0.2.0/24",
      "39-40 container/TLV/atom/type: 3 (IPv6 prefixes)",
      "40-42 container/TLV/atom/length: 4",
      "42-43 container/TLV/atom/prefix length: 7",
      "43-44 container/TLV/atom/prefix: 8000::/7",
      "44-45 container/TLV/atom/prefix length: 7",
      "45-46 container/TLV/atom/prefix: 2100::/7",
    ],
  },
  {
    octets: `${wide(`${holding(2, "0500043f800000" + "06000400000002" + "0800026869" + "090001ee" + "020002210a")}09000105`)}0002000000071f`,
    lines: [
      "0-2 container/type: 1 (BGP Wide Community)",
      "2-3 container/flags: 3 T C",
      "3-4 container/reserved: 0",
      "4-6 container/length: 53",
      "6-10 container/community value: 1 (registered)",
      "10-14 container/source AS: 64500",
      "14-18 container/context AS: 4294967295",
      "18-19 container/TLV/type: 2 (exclude targets)",
      "19-21 container/TLV/length: 28",
      "21-22 container/TLV/atom/type: 5 (floating point numbers)",
      "22-24 container/TLV/atom/length: 4",
      "24-28 container/TLV/atom/floating point number: 1",
      "28-29 container/TLV/atom/type: 6 (neighbour classes)",
      "29-31 container/TLV/atom/length: 4",
      "31-35 container/TLV/atom/neighbour class: 2 (customer)",
      "35-36 container/TLV/atom/type: 8 (UTF-8 string)",
      "36-38 container/TLV/atom/length: 2",
      "38-40 container/TLV/atom/text: hi",
      "40-41 container/TLV/atom/type: 9 (unassigned)",
      "41-43 container/TLV/atom/length: 1",
      "43-44 container/TLV/atom/value: ee",
      "44-45 container/TLV/atom/type: 2 (IPv4 prefixes)",
      "45-47 container/TLV/atom/length: 2",
      "47-48 container/TLV/atom/prefix length: 33",
      "48-49 container/TLV/atom/not a prefix: 0a",
      "49-50 container/TLV/type: 9 (unassigned)",
      "50-52 container/TLV/length: 1",
      "52-53 container/TLV/value: 05",
      "53-55 container/type: 2 (unassigned)",
      "55-56 container/flags: 0",
      "56-57 container/reserved: 0",
      "57-59 container/length: 7",
      "59-60 container/content: 1f",
    ],
  },
);
