export interface PeerStatus {
  readonly name: string;
  readonly address: string;
  readonly as: number;
  /** RFC 4271 §8.2.2, `Established`. */
  readonly state: string;
  readonly transport: "tcp" | "tls";
  readonly security: {
    readonly profile: string;
    readonly protocol: string;
    readonly cipher: string;
    readonly alpn: string;
    readonly resumed: boolean;
    readonly peer: string | null;
  } | null;
  readonly uptimeSeconds: number;
  /** Seconds: negotiated while the session is up, else proposed. */
  readonly holdTime: number;
  /** Paths in the Adj-RIB-In. */
  readonly received: number;
  /** Those of them that take part in the decision. */
  readonly accepted: number;
  /** Routes that the peer has been told of. */
  readonly sent: number;
  readonly updatesReceived: number;
  readonly updatesSent: number;
  /** UPDATEs with such a fault in this session (RFC 7606 §2). */
  readonly treatedAsWithdraw: number;
  readonly attributesDiscarded: number;
  /** UPDATEs whose routes may not be used here: AS loops, bad next hops, leaks. */
  readonly ineligible: number;
  /** Families of which the peer has sent everything. */
  readonly endOfRib: readonly string[];
  /** Sessions that were established and ended. */
  readonly flaps: number;
  readonly softwareVersion: string | null;
  readonly lastError: string | null;
}

export interface SpeakerStatus {
  readonly schema: "kiln.speaker.status/1";
  readonly version: string;
  readonly localAs: number;
  readonly routerId: string;
  readonly uptimeSeconds: number;
  readonly listening: readonly { readonly address: string; readonly port: number; readonly transport: string }[];
  /** Prefixes with a best path. */
  readonly routes: number;
  /** Attribute sets in use. */
  readonly attributeSets: number;
  /** User and system CPU time of the process. */
  readonly cpuSeconds: number;
  readonly rssBytes: number;
  readonly peers: readonly PeerStatus[];
}

/** The status as a person reads it. */
export const describeStatus = (status: SpeakerStatus): string => {
  const listening = status.listening.map(({ address, port, transport }) => `${address}:${port} (${transport})`);
  const head = [
    `AS ${status.localAs}, router id ${status.routerId}, Kiln ${status.version}, up ${status.uptimeSeconds} s`,
    `listening on ${listening.length > 0 ? listening.join(", ") : "nothing"}`,
    `${status.routes} prefixes, ${status.attributeSets} attribute sets, ${(status.rssBytes / 1e6).toFixed(0)} MB, ${status.cpuSeconds.toFixed(2)} s of CPU`,
    "",
  ];
  const rows = status.peers.map((peer) => [
    peer.name,
    String(peer.as),
    peer.security?.protocol ?? peer.transport,
    peer.state,
    String(peer.received),
    String(peer.accepted),
    String(peer.sent),
    peer.lastError ?? "",
  ]);
  return [
    ...head,
    ...columns([["peer", "AS", "transport", "state", "received", "accepted", "sent", "last error"], ...rows]),
  ].join("\n");
};

const NUMERIC = new Set([1, 4, 5, 6]);

const columns = (rows: readonly (readonly string[])[]): string[] => {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => (row[i] ?? "").length)));
  return rows.map((row) =>
    row
      .map((cell, i) => (NUMERIC.has(i) ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
};
