import { describe, expect, it } from "vitest";
import { lineOf } from "../attribute/laws.arb.js";
import { leavesOf } from "../dissection.arb.js";
import { hex } from "../octets.js";
import type { Pdu } from "../rtr.js";
import { unhex } from "../testing.arb.js";
import { serialNotify } from "./00-serial-notify.js";
import { serialQuery } from "./01-serial-query.js";
import { resetQuery } from "./02-reset-query.js";
import { cacheResponse } from "./03-cache-response.js";
import { ipv4Prefix } from "./04-ipv4-prefix.js";
import { ipv6Prefix } from "./06-ipv6-prefix.js";
import { endOfData } from "./07-end-of-data.js";
import { cacheReset } from "./08-cache-reset.js";
import { routerKey } from "./09-router-key.js";
import { errorReport } from "./10-error-report.js";
import { aspa } from "./11-aspa.js";
import { pduFields } from "./fields.js";
import { decodePdu, encodePdu, LONGEST_PDU, pduFaults } from "./frame.js";
import { decoded } from "./index.arb.js";
import { pduOf, pdus } from "./index.js";

const v4 = unhex("c6336400");
const v6 = unhex("20010db8 00000000 00000000 00000000");
const ski = unhex("000102030405060708090a0b0c0d0e0f10111213");
const spki = unhex("3003020100");

// Laid out by hand from the figures of RFC 8210 §5 and RFC 6810 §5, and draft-ietf-sidrops-8210bis §5.12.
const vectors: readonly (readonly [what: string, octets: string, pdu: Pdu])[] = [
  [
    "Serial Notify",
    "01 00 abcd 0000000c fedcba98",
    { version: 1, type: 0, value: { sessionId: 0xabcd, serial: 0xfedcba98 } },
  ],
  ["Serial Query", "00 01 ffff 0000000c 00000007", { version: 0, type: 1, value: { sessionId: 0xffff, serial: 7 } }],
  ["Reset Query", "02 02 0000 00000008", { version: 2, type: 2, value: null }],
  ["Cache Response", "01 03 0102 00000008", { version: 1, type: 3, value: { sessionId: 0x102 } }],
  [
    "IPv4 Prefix, announced",
    "01 04 0000 00000014 01 18 20 00 c6336400 0000fde8",
    { version: 1, type: 4, value: { announce: true, length: 24, maxLength: 32, prefix: v4, as: 65000 } },
  ],
  [
    "IPv4 Prefix, withdrawn, of no bits",
    "00 04 0000 00000014 00 00 00 00 c6336400 ffffffff",
    { version: 0, type: 4, value: { announce: false, length: 0, maxLength: 0, prefix: v4, as: 0xffffffff } },
  ],
  [
    "IPv6 Prefix",
    "01 06 0000 00000020 01 80 80 00 20010db8000000000000000000000000 0000fde8",
    { version: 1, type: 6, value: { announce: true, length: 128, maxLength: 128, prefix: v6, as: 65000 } },
  ],
  [
    "End of Data",
    "01 07 0102 00000018 00000009 00000e10 00000258 00001c20",
    {
      version: 1,
      type: 7,
      value: { sessionId: 0x102, serial: 9, intervals: { refresh: 3600, retry: 600, expire: 7200 } },
    },
  ],
  [
    "End of Data, intervals out of range",
    "02 07 0102 00000018 00000009 00000000 ffffffff 00000001",
    {
      version: 2,
      type: 7,
      value: { sessionId: 0x102, serial: 9, intervals: { refresh: 0, retry: 0xffffffff, expire: 1 } },
    },
  ],
  [
    "End of Data, version 0",
    "00 07 0102 0000000c 00000009",
    { version: 0, type: 7, value: { sessionId: 0x102, serial: 9, intervals: null } },
  ],
  ["Cache Reset", "01 08 0000 00000008", { version: 1, type: 8, value: null }],
  [
    "Router Key",
    "01 09 01 00 00000025 000102030405060708090a0b0c0d0e0f10111213 0000fde8 3003020100",
    {
      version: 1,
      type: 9,
      value: { announce: true, subjectKeyIdentifier: ski, as: 65000, subjectPublicKeyInfo: spki },
    },
  ],
  [
    "Router Key, withdrawn, as short as can be",
    "02 09 00 00 00000022 000102030405060708090a0b0c0d0e0f10111213 0000fde8 3000",
    {
      version: 2,
      type: 9,
      value: { announce: false, subjectKeyIdentifier: ski, as: 65000, subjectPublicKeyInfo: unhex("3000") },
    },
  ],
  [
    "Error Report about a Reset Query",
    "01 0a 0003 0000001b 00000008 01020000 00000008 00000003 c3a921",
    { version: 1, type: 10, value: { code: 3, pdu: unhex("0102000000000008"), text: "é!" } },
  ],
  [
    "Error Report about nothing",
    "00 0a 0002 00000010 00000000 00000000",
    { version: 0, type: 10, value: { code: 2, pdu: unhex(""), text: "" } },
  ],
  [
    "ASPA",
    "02 0b 01 00 00000014 0000fde8 00000001 ffffffff",
    { version: 2, type: 11, value: { announce: true, customer: 65000, providers: [1, 0xffffffff] } },
  ],
  [
    "ASPA of an AS without providers",
    "02 0b 01 00 00000010 0000fde8 00000000",
    { version: 2, type: 11, value: { announce: true, customer: 65000, providers: [0] } },
  ],
  [
    "ASPA, withdrawn",
    "02 0b 00 00 0000000c 0000fde8",
    { version: 2, type: 11, value: { announce: false, customer: 65000, providers: [] } },
  ],
];

it.each(vectors)("%s is read and written", (_what, octets, pdu) => {
  expect(decoded(unhex(octets))).toEqual({ value: pdu, found: [] });
  expect(hex(encodePdu(pdu))).toBe(octets.replaceAll(" ", ""));
});

it.each([
  ["02 02 1234 00000008", "02 02 0000 00000008"],
  ["01 08 ffff 00000008", "01 08 0000 00000008"],
  ["01 04 1234 00000014 ff 18 20 ff c6336400 0000fde8", "01 04 0000 00000014 01 18 20 00 c6336400 0000fde8"],
  ["01 04 0000 00000014 fe 18 20 00 c6336400 0000fde8", "01 04 0000 00000014 00 18 20 00 c6336400 0000fde8"],
  ["02 0b 03 07 00000010 0000fde8 00000001", "02 0b 01 00 00000010 0000fde8 00000001"],
  ["02 0b fe 07 0000000c 0000fde8", "02 0b 00 00 0000000c 0000fde8"],
])("ignores what is reserved in %s", (octets, canonical) => {
  const { value, found } = decoded(unhex(octets));
  expect(found).toEqual([]);
  expect(value === null ? "" : hex(encodePdu(value))).toBe(canonical.replaceAll(" ", ""));
});

const key = "000102030405060708090a0b0c0d0e0f10111213 0000fde8";

// [octets, fault, where it is]
it.each<[string, string, number, number]>([
  ["", "rtr/too-short", 0, 0],
  ["01 02 0000 000000", "rtr/too-short", 0, 7],
  ["03 02 0000 00000008", "rtr/unsupported-version", 0, 1],
  ["ff 05 0000 00000007", "rtr/unsupported-version", 0, 1],
  ["01 05 0000 00000008", "rtr/unsupported-type", 1, 2],
  ["01 0c 0000 00000008", "rtr/unsupported-type", 1, 2],
  ["01 ff 0000 ffffffff", "rtr/unsupported-type", 1, 2],
  [`00 09 01 00 00000025 ${key} 3003020100`, "rtr/unsupported-type", 1, 2],
  ["01 0b 00 00 0000000c 0000fde8", "rtr/unsupported-type", 1, 2],
  ["01 02 0000 00010001", "rtr/too-long", 4, 8],
  ["01 02 0000 ffffffff", "rtr/too-long", 4, 8],
  ["01 02 0000 00010000", "rtr/length-mismatch", 4, 8],
  ["01 02 0000 00000007", "rtr/length-mismatch", 4, 8],
  ["01 02 0000 00000008 00", "rtr/length-mismatch", 4, 8],
  ["01 00 abcd 0000000b fedcba", "serial-notify/wrong-length", 0, 11],
  ["01 00 abcd 0000000d fedcba9800", "serial-notify/wrong-length", 0, 13],
  ["01 01 abcd 00000008", "serial-query/wrong-length", 0, 8],
  ["01 02 0000 00000009 00", "reset-query/wrong-length", 0, 9],
  ["01 03 0000 00000009 00", "cache-response/wrong-length", 0, 9],
  ["01 04 0000 00000013 01 18 20 00 c6336400 0000fd", "ipv4-prefix/wrong-length", 0, 19],
  ["01 04 0000 00000014 01 21 21 00 c6336400 0000fde8", "ipv4-prefix/prefix-too-long", 0, 20],
  ["01 04 0000 00000014 01 18 17 00 c6336400 0000fde8", "ipv4-prefix/bad-max-length", 0, 20],
  ["01 04 0000 00000014 01 18 21 00 c6336400 0000fde8", "ipv4-prefix/bad-max-length", 0, 20],
  ["01 06 0000 00000014 01 18 20 00 c6336400 0000fde8", "ipv6-prefix/wrong-length", 0, 20],
  [`01 06 0000 00000020 01 81 81 00 ${"00".repeat(20)}`, "ipv6-prefix/prefix-too-long", 0, 32],
  [`01 06 0000 00000020 01 80 81 00 ${"00".repeat(20)}`, "ipv6-prefix/bad-max-length", 0, 32],
  [`01 06 0000 00000020 01 01 00 00 ${"00".repeat(20)}`, "ipv6-prefix/bad-max-length", 0, 32],
  ["01 07 0102 0000000c 00000009", "end-of-data/wrong-length", 0, 12],
  ["00 07 0102 00000018 00000009 00000e10 00000258 00001c20", "end-of-data/wrong-length", 0, 24],
  ["01 08 0000 00000009 00", "cache-reset/wrong-length", 0, 9],
  [`01 09 0100 00000021 ${key} 30`, "router-key/too-short", 0, 33],
  ["01 0a 0002 0000000f 00000000 000000", "error-report/too-short", 0, 15],
  ["01 0a 0002 00000010 00000001 00000000", "error-report/pdu-overrun", 0, 16],
  ["01 0a 0002 00000010 ffffffff 00000000", "error-report/pdu-overrun", 0, 16],
  ["01 0a 0002 00000011 00000000 00000000 61", "error-report/bad-text-length", 0, 17],
  ["01 0a 0002 00000011 00000000 00000002 61", "error-report/bad-text-length", 0, 17],
  ["01 0a 0002 00000012 00000001 ff 00000001 ff", "error-report/not-utf8", 0, 18],
  ["02 0b 00 00 0000000b 0000fd", "aspa/wrong-length", 0, 11],
  ["02 0b 01 00 00000012 0000fde8 000000", "rtr/length-mismatch", 4, 8],
  ["02 0b 01 00 0000000f 0000fde8 000000", "aspa/wrong-length", 0, 15],
  ["02 0b 01 00 0000000c 0000fde8", "aspa/no-provider", 0, 12],
  ["02 0b 01 00 00000014 0000fde8 00000002 00000001", "aspa/provider-order", 0, 20],
  ["02 0b 01 00 00000014 0000fde8 00000002 00000002", "aspa/provider-order", 0, 20],
  ["02 0b 01 00 00000014 0000fde8 00000000 00000001", "aspa/as-zero-among-others", 0, 20],
  ["02 0b 00 00 00000010 0000fde8 00000001", "aspa/providers-withdrawn", 0, 16],
])("%s: %s at %d-%d", (octets, id, start, end) => {
  const { value, found } = decoded(unhex(octets));
  expect(value).toBeNull();
  expect(found.map(({ fault, ...place }) => [fault.id, place])).toEqual([[id, { start, end }]]);
});

it("places faults from the first octet of the PDU, wherever it lies", () => {
  const msg = unhex("0000 01 02 0000 00000009 ff");
  expect(decodePdu(msg, 2, 10).found).toMatchObject([{ start: 4, end: 8 }]);
});

it("takes 65536 octets, and writes no more", () => {
  const report = {
    version: 1,
    type: 10,
    value: { code: 0, pdu: new Uint8Array(0), text: "x".repeat(LONGEST_PDU - 16) },
  } as const;
  expect(LONGEST_PDU).toBe(65536);
  expect(decoded(encodePdu(report)).value).toEqual(report);
  expect(() => encodePdu({ ...report, value: { ...report.value, pdu: new Uint8Array(1) } })).toThrow(RangeError);
});

const refused: readonly (readonly [why: string, pdu: Pdu])[] = [
  ["a type that there is not", { version: 1, type: 5, value: null }],
  ["ASPA in version 1", { version: 1, type: 11, value: { announce: false, customer: 1, providers: [] } }],
  [
    "Router Key in version 0",
    { version: 0, type: 9, value: { announce: true, subjectKeyIdentifier: ski, as: 1, subjectPublicKeyInfo: spki } },
  ],
  ["a session ID of 17 bits", { version: 1, type: 0, value: { sessionId: 65536, serial: 1 } }],
  ["a serial number of 33 bits", { version: 1, type: 1, value: { sessionId: 1, serial: 2 ** 32 } }],
  ["a session ID below 0", { version: 1, type: 3, value: { sessionId: -1 } }],
  ["33 bits of IPv4", { version: 1, type: 4, value: { announce: true, length: 33, maxLength: 33, prefix: v4, as: 1 } }],
  [
    "a max length of 33 bits",
    { version: 1, type: 4, value: { announce: true, length: 32, maxLength: 33, prefix: v4, as: 1 } },
  ],
  [
    "a max length below the length",
    { version: 1, type: 4, value: { announce: true, length: 24, maxLength: 23, prefix: v4, as: 1 } },
  ],
  [
    "an address of the other family",
    { version: 1, type: 6, value: { announce: true, length: 24, maxLength: 24, prefix: v4, as: 1 } },
  ],
  [
    "an AS of 33 bits",
    { version: 1, type: 4, value: { announce: true, length: 24, maxLength: 24, prefix: v4, as: 2 ** 32 } },
  ],
  [
    "intervals in version 0",
    { version: 0, type: 7, value: { sessionId: 1, serial: 1, intervals: { refresh: 1, retry: 1, expire: 1 } } },
  ],
  ["no intervals in version 1", { version: 1, type: 7, value: { sessionId: 1, serial: 1, intervals: null } }],
  [
    "an interval of 33 bits",
    { version: 1, type: 7, value: { sessionId: 1, serial: 1, intervals: { refresh: 1, retry: 1, expire: 2 ** 32 } } },
  ],
  [
    "an identifier of 19 octets",
    {
      version: 1,
      type: 9,
      value: { announce: true, subjectKeyIdentifier: ski.subarray(1), as: 1, subjectPublicKeyInfo: spki },
    },
  ],
  [
    "a key without a length",
    {
      version: 1,
      type: 9,
      value: { announce: true, subjectKeyIdentifier: ski, as: 1, subjectPublicKeyInfo: unhex("30") },
    },
  ],
  ["an error code of 17 bits", { version: 1, type: 10, value: { code: 65536, pdu: unhex(""), text: "" } }],
  ["a lone surrogate", { version: 1, type: 10, value: { code: 1, pdu: unhex(""), text: "\ud800" } }],
  ["providers that are withdrawn", { version: 2, type: 11, value: { announce: false, customer: 1, providers: [1] } }],
  ["no provider", { version: 2, type: 11, value: { announce: true, customer: 1, providers: [] } }],
  ["providers out of order", { version: 2, type: 11, value: { announce: true, customer: 1, providers: [2, 1] } }],
  ["AS 0 among others", { version: 2, type: 11, value: { announce: true, customer: 1, providers: [0, 1] } }],
  ["a provider of 33 bits", { version: 2, type: 11, value: { announce: true, customer: 1, providers: [2 ** 32] } }],
  ["a customer of 33 bits", { version: 2, type: 11, value: { announce: true, customer: 2 ** 32, providers: [1] } }],
];

it.each(refused)("refuses %s", (_why, pdu) => {
  expect(() => encodePdu(pdu)).toThrow(RangeError);
});

describe("the PDU table", () => {
  it("has every type of RFC 8210 and ASPA, by name and version", () => {
    expect(pdus.map(({ type, name, versions }) => `${type} ${name} ${versions.join()}`)).toEqual([
      "0 Serial Notify 0,1,2",
      "1 Serial Query 0,1,2",
      "2 Reset Query 0,1,2",
      "3 Cache Response 0,1,2",
      "4 IPv4 Prefix 0,1,2",
      "6 IPv6 Prefix 0,1,2",
      "7 End of Data 0,1,2",
      "8 Cache Reset 0,1,2",
      "9 Router Key 1,2",
      "10 Error Report 0,1,2",
      "11 ASPA 2",
    ]);
    expect(pdus).toEqual([
      serialNotify,
      serialQuery,
      resetQuery,
      cacheResponse,
      ipv4Prefix,
      ipv6Prefix,
      endOfData,
      cacheReset,
      routerKey,
      errorReport,
      aspa,
    ]);
    for (const spec of pdus) expect(pduOf(spec.type)).toBe(spec);
  });

  it("declares each fault once, with its error code", () => {
    expect(new Set(pduFaults.map(({ id }) => id)).size).toBe(pduFaults.length);
    const others = pduFaults.filter(({ notify }) => notify[0] !== 0).map(lineOf);
    expect(others).toEqual([
      "rtr/unsupported-version: session-reset 4/0",
      "rtr/unsupported-type: session-reset 5/0",
      "aspa/no-provider: session-reset 9/0",
      "aspa/provider-order: session-reset 9/0",
      "aspa/as-zero-among-others: session-reset 9/0",
      "aspa/providers-withdrawn: session-reset 9/0",
    ]);
    const corrupt = pduFaults.filter(({ notify }) => notify[0] === 0);
    expect(corrupt.every((fault) => lineOf(fault).endsWith(": session-reset 0/0"))).toBe(true);
    const clauses = new Map(pduFaults.map(({ id, rfc }) => [id.split("/")[0], rfc]));
    expect(Object.fromEntries(clauses)).toMatchObject({
      rtr: "RFC 8210 §12",
      "ipv4-prefix": "RFC 8210 §12",
      "error-report": "RFC 8210 §5.11",
      aspa: "draft-ietf-sidrops-8210bis §5.12",
    });
  });
});

describe("the fields of PDUs", () => {
  it.each([
    ["01 00 abcd 0000000c 00000007", ["1", "0 (Serial Notify)", "session ID 43981", "12", "serial number 7"]],
    ["01 02 0000 00000008", ["1", "2 (Reset Query)", "zero 0", "8"]],
    ["01 03 0001 00000008", ["1", "3 (Cache Response)", "session ID 1", "8"]],
    [
      "01 04 0000 00000014 01 18 20 00 c6336400 0000fde8",
      [
        "1",
        "4 (IPv4 Prefix)",
        "zero 0",
        "20",
        "flags 0x01 (announce)",
        "prefix length 24",
        "max length 32",
        "zero 0",
        "prefix 198.51.100.0/24",
        "autonomous system number 65000",
      ],
    ],
    [
      "01 07 0102 00000018 00000009 00000e10 00000258 00001c20",
      [
        "1",
        "7 (End of Data)",
        "session ID 258",
        "24",
        "serial number 9",
        "refresh interval 3600 s",
        "retry interval 600 s",
        "expire interval 7200 s",
      ],
    ],
    ["00 07 0102 0000000c 00000009", ["0", "7 (End of Data)", "session ID 258", "12", "serial number 9"]],
    [
      `01 09 00 00 00000022 ${key} 3000`,
      [
        "1",
        "9 (Router Key)",
        "flags 0x00 (withdraw)",
        "zero 0",
        "34",
        "subject key identifier 000102030405060708090a0b0c0d0e0f10111213",
        "AS number 65000",
        "subject public key info 3000",
      ],
    ],
    [
      "01 0a 0004 0000001a 00000008 0302000000000008 00000002 6f6b",
      [
        "1",
        "10 (Error Report)",
        "error code 4 (Unsupported Protocol Version)",
        "26",
        "length of encapsulated PDU 8",
        "erroneous PDU/protocol version 3",
        "erroneous PDU/PDU type 2 (Reset Query)",
        "erroneous PDU/zero 0",
        "erroneous PDU/length 8",
        "length of error text 2",
        "error text ok",
      ],
    ],
    [
      "02 0b 01 00 00000014 0000fde8 00000001 00000002",
      [
        "2",
        "11 (ASPA)",
        "flags 0x01 (announce)",
        "zero 0",
        "20",
        "customer AS number 65000",
        "provider AS number 1",
        "provider AS number 2",
      ],
    ],
    ["01 05 0000 00000009 ff", ["1", "5 (unassigned)", "session ID 0", "9", "not understood ff"]],
  ])("of %s", (octets, expected) => {
    const plain = new Set(["protocol version", "PDU type", "length"]);
    expect(
      leavesOf(pduFields, octets).map(({ name, value }) => (plain.has(name) ? value : `${name} ${value}`)),
    ).toEqual(expected);
  });
});
