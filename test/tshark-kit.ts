import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { setU16, setU32 } from "../src/codec/octets.js";

/** One thing that tshark says against one message. */
export interface Complaint {
  /** Index of the message. */
  readonly message: number;
  readonly severity: "warning" | "error";
  /** The text of the expert information. Of a message called malformed by notes alone these are errors, and one more. */
  readonly text: string;
}

/**
 * Has tshark dissect messages, each in a TCP segment of its own (more than one when it is long), and gives what it has to
 * say against them. The AS numbers in them have `asnSize` octets.
 */
export const complaintsOf = async (messages: readonly Uint8Array[], asnSize: 2 | 4): Promise<Complaint[]> => {
  const folder = mkdtempSync(join(tmpdir(), "kiln-tshark-"));
  try {
    const { octets, messageOf } = captureOf(messages);
    const file = join(folder, "messages.pcap");
    writeFileSync(file, octets);
    const { stdout } = await promisify(execFile)(
      "tshark",
      [
        ...["-n", "-r", file, "-o", `bgp.asn_len:${asnSize}`],
        ...["-Y", "_ws.malformed or _ws.expert.severity >= 0x00600000"],
        ...["-T", "fields", "-E", "separator=/t", "-E", `aggregator=${BETWEEN}`],
        ...["-e", "frame.number", "-e", "_ws.malformed", "-e", "_ws.expert.severity", "-e", "_ws.expert.message"],
      ],
      { maxBuffer: 1 << 28, env: { ...process.env, HOME: folder } },
    );
    return stdout
      .split("\n")
      .filter((line) => line !== "")
      .flatMap((line) => complaintsIn(line, messageOf));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** Between the values of one field: occurs in no text. */
const BETWEEN = "|";

// Severities of Wireshark's expert information.
const WARNING = 0x00600000;
const ERROR = 0x00800000;

const complaintsIn = (line: string, messageOf: Capture["messageOf"]): Complaint[] => {
  const [frame = "", malformed = "", severities = "", texts = ""] = line.split("\t");
  const message = messageOf(Number(frame));
  const levels = severities.split(BETWEEN).map(Number);
  const of = (least: number, below: number): string[] =>
    texts.split(BETWEEN).filter((_, i) => (levels[i] ?? 0) >= least && (levels[i] ?? 0) < below);
  const errors = of(ERROR, Number.POSITIVE_INFINITY);
  if (malformed !== "" && errors.length === 0) errors.push(...of(1, WARNING), "Malformed Packet");
  return [
    ...errors.map((text): Complaint => ({ message, severity: "error", text })),
    ...of(WARNING, ERROR).map((text): Complaint => ({ message, severity: "warning", text })),
  ];
};

const LINKTYPE_RAW = 101;
const HEADERS = 40;
/** Octets of a message in one IP packet. */
const SEGMENT = 60_000;
/** Messages of one TCP connection: a fault of tshark's in one must not reach far. */
const TOGETHER = 50;

/** A capture of messages, as a pcap file. */
export interface Capture {
  readonly octets: Uint8Array;
  /** Index of the message that ends in a frame, counted from 1. */
  messageOf(frame: number): number;
}

export const captureOf = (messages: readonly Uint8Array[]): Capture => {
  const parts: Uint8Array[] = [fileHeader()];
  const owner: number[] = [-1];
  let sequence = 1;
  for (const [i, message] of messages.entries()) {
    if (i % TOGETHER === 0) sequence = 1;
    const connection = Math.floor(i / TOGETHER);
    for (let at = 0; at < message.length; at += SEGMENT) {
      const payload = message.subarray(at, at + SEGMENT);
      parts.push(record(segment(payload, connection, sequence)));
      owner.push(i);
      sequence += payload.length;
    }
  }
  return { octets: Buffer.concat(parts), messageOf: (frame) => owner[frame] ?? -1 };
};

/** draft-ietf-opsawg-pcap §4. */
const fileHeader = (): Uint8Array => {
  const out = new Uint8Array(24);
  setU32(out, 0, 0xa1b2c3d4);
  setU16(out, 4, 2);
  setU16(out, 6, 4);
  setU32(out, 16, 0x40000);
  setU32(out, 20, LINKTYPE_RAW);
  return out;
};

const record = (packet: Uint8Array): Uint8Array => {
  const out = new Uint8Array(16 + packet.length);
  setU32(out, 8, packet.length);
  setU32(out, 12, packet.length);
  out.set(packet, 16);
  return out;
};

/** IPv4 and TCP without options, from a port of the connection's own to 179. Checksums are not looked at. */
const segment = (payload: Uint8Array, connection: number, sequence: number): Uint8Array => {
  const out = new Uint8Array(HEADERS + payload.length);
  out[0] = 0x45;
  setU16(out, 2, out.length);
  out[8] = 64;
  out[9] = 6;
  out.set([127, 0, 0, 1, 127, 0, 0, 2], 12);
  // Another address for each 60,000 connections: a port must not come again.
  out[15] = 1 + Math.floor(connection / 60_000);
  setU16(out, 20, 1024 + (connection % 60_000));
  setU16(out, 22, 179);
  setU32(out, 24, sequence);
  setU32(out, 28, 1);
  out[32] = 0x50;
  out[33] = 0x18;
  setU16(out, 34, 0xffff);
  out.set(payload, HEADERS);
  return out;
};
