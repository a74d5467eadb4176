import { describe, expect, it } from "vitest";
import { describeStatus, type PeerStatus, type SpeakerStatus } from "./status.js";

const peer: PeerStatus = {
  name: "a",
  address: "127.0.0.2",
  as: 65001,
  state: "Established",
  transport: "tls",
  security: { profile: "draft-00", protocol: "TLSv1.3", cipher: "x", alpn: "botls", resumed: false, peer: null },
  uptimeSeconds: 3,
  holdTime: 90,
  received: 1000000,
  accepted: 1000000,
  sent: 5,
  updatesReceived: 1,
  updatesSent: 1,
  treatedAsWithdraw: 0,
  attributesDiscarded: 0,
  ineligible: 0,
  endOfRib: ["ipv4"],
  flaps: 0,
  softwareVersion: null,
  lastError: null,
};

const status: SpeakerStatus = {
  schema: "kiln.speaker.status/1",
  version: "1.2.3",
  localAs: 65000,
  routerId: "192.0.2.1",
  uptimeSeconds: 61,
  listening: [{ address: "127.0.0.1", port: 1790, transport: "tls" }],
  routes: 1000005,
  attributeSets: 17,
  cpuSeconds: 1.005,
  rssBytes: 123_400_000,
  peers: [
    peer,
    { ...peer, name: "long-name", transport: "tcp", security: null, state: "Idle", received: 0, lastError: "refused" },
  ],
};

describe("describeStatus", () => {
  it("is a heading and a table", () => {
    expect(describeStatus(status).split("\n")).toEqual([
      "AS 65000, router id 192.0.2.1, Kiln 1.2.3, up 61 s",
      "listening on 127.0.0.1:1790 (tls)",
      "1000005 prefixes, 17 attribute sets, 123 MB, 1.00 s of CPU",
      "",
      "peer          AS  transport  state        received  accepted  sent  last error",
      "a          65001  TLSv1.3    Established   1000000   1000000     5",
      "long-name  65001  tcp        Idle                0   1000000     5  refused",
    ]);
    expect(describeStatus({ ...status, listening: [] })).toContain("listening on nothing\n");
  });
});
