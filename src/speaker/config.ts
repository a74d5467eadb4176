import { isIP } from "node:net";
import { z } from "zod";

export interface SpeakerConfig {
  readonly localAs: number;
  /** Our BGP Identifier, a dotted quad. */
  readonly routerId: string;
  /** Seconds that we propose to peers without one of their own. */
  readonly holdTime: number;
  readonly listen: readonly ListenConfig[];
  readonly tls?: TlsConfig | undefined;
  /** Path of a unix socket to ask for the status on. */
  readonly control?: string | undefined;
  readonly peers: readonly PeerConfig[];
}

export interface ListenConfig {
  readonly address: string;
  readonly port: number;
  readonly transport: "tcp" | "tls";
}

export interface TlsConfig {
  readonly profile: "draft-00" | "draft-05";
  /** PEM files: our certificate chain and its key, and the certificates that we trust. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly ca?: string | undefined;
  readonly mutual?: boolean | undefined;
  readonly minVersion?: "TLSv1.2" | "TLSv1.3" | undefined;
  readonly maxVersion?: "TLSv1.2" | "TLSv1.3" | undefined;
  /** Key exchange groups, best first, with colons between. */
  readonly groups?: string | undefined;
}

export interface PeerConfig {
  /** Its address when left out. */
  readonly name?: string | undefined;
  readonly address: string;
  /** Where we connect to; 179 when left out. */
  readonly port?: number | undefined;
  readonly as: number;
  readonly passive: boolean;
  readonly localAddress?: string | undefined;
  readonly transport: "tcp" | "tls";
  /** The name that the peer's certificate must carry; its address when left out. */
  readonly serverName?: string | undefined;
  readonly families: readonly ("ipv4" | "ipv6")[];
  readonly addPath?: { readonly [family in "ipv4" | "ipv6"]?: "receive" | "send" | "both" | undefined } | undefined;
  /** Next hop of IPv6 routes that we send; our end of the connection (IPv4-mapped if need be) when left out. */
  readonly nextHop6?: string | undefined;
  readonly extendedMessages: boolean;
  readonly routeRefresh: boolean;
  /** Ours towards this peer (RFC 9234). */
  readonly role?: "provider" | "rs" | "rs-client" | "customer" | "peer" | undefined;
  readonly strictRole?: boolean | undefined;
  /** Send our version to this peer (Software Version capability). */
  readonly softwareVersion: boolean;
  readonly routeReflectorClient: boolean;
  readonly holdTime?: number | undefined;
  /** Seconds. */
  readonly connectRetry?: number | undefined;
  readonly idleHold?: number | undefined;
  readonly idleHoldMax?: number | undefined;
}

const address = z.string().refine((text) => isIP(text) !== 0, "must be an IPv4 or IPv6 address, without brackets");
const port = z.number().int().min(0).max(65535);
const as = z.number().int().min(1).max(0xffffffff);
const identifier = z
  .string()
  .refine((text) => isIP(text) === 4 && text !== "0.0.0.0", "must be a dotted quad other than 0.0.0.0");
const holdTime = z
  .number()
  .int()
  .refine((seconds) => seconds === 0 || (seconds >= 3 && seconds <= 65535), "must be 0, or 3 to 65535 seconds");
const transport = z.enum(["tcp", "tls"]);
const familyName = z.enum(["ipv4", "ipv6"]);
const addPathMode = z.enum(["receive", "send", "both"]);

const listen = z.strictObject({ address, port, transport: transport.default("tcp") });

const tls = z.strictObject({
  profile: z.enum(["draft-00", "draft-05"]).default("draft-00"),
  cert: z.string().optional(),
  key: z.string().optional(),
  ca: z.string().optional(),
  mutual: z.boolean().optional(),
  minVersion: z.enum(["TLSv1.2", "TLSv1.3"]).optional(),
  maxVersion: z.enum(["TLSv1.2", "TLSv1.3"]).optional(),
  groups: z.string().optional(),
});

const peer = z.strictObject({
  name: z.string().min(1).max(64).optional(),
  address,
  port: port.min(1).optional(),
  as,
  passive: z.boolean().default(false),
  localAddress: address.optional(),
  transport: transport.default("tcp"),
  serverName: z.string().optional(),
  families: z.array(familyName).min(1).default(["ipv4", "ipv6"]),
  addPath: z.strictObject({ ipv4: addPathMode.optional(), ipv6: addPathMode.optional() }).optional(),
  nextHop6: z
    .string()
    .refine((text) => isIP(text) === 6, "must be an IPv6 address")
    .optional(),
  extendedMessages: z.boolean().default(true),
  routeRefresh: z.boolean().default(true),
  role: z.enum(["provider", "rs", "rs-client", "customer", "peer"]).optional(),
  strictRole: z.boolean().optional(),
  softwareVersion: z.boolean().default(false),
  routeReflectorClient: z.boolean().default(false),
  holdTime: holdTime.optional(),
  connectRetry: z.number().min(1).max(3600).optional(),
  idleHold: z.number().min(0.01).max(3600).optional(),
  idleHoldMax: z.number().min(0.01).max(3600).optional(),
});

const speaker = z.strictObject({
  localAs: as,
  routerId: identifier,
  holdTime: holdTime.default(90),
  listen: z.array(listen).default([]),
  tls: tls.optional(),
  control: z.string().min(1).optional(),
  peers: z.array(peer).min(1),
});

/** What is wrong with a configuration: one line a fault, each naming the key and what is allowed. */
export class ConfigError extends Error {
  constructor(lines: readonly string[]) {
    super(lines.join("\n"));
    this.name = "ConfigError";
  }
}

/** Checks a configuration as it comes from a JSON file or from flags. Throws ConfigError with every fault in it. */
export const parseConfig = (input: unknown): SpeakerConfig => {
  const parsed = speaker.safeParse(input);
  if (!parsed.success) throw new ConfigError(parsed.error.issues.map(describeIssue));
  const faults = [...crossCheck(parsed.data)];
  if (faults.length > 0) throw new ConfigError(faults);
  return parsed.data;
};

/** What the keys mean together. */
function* crossCheck({ localAs, listen: listeners, tls: settings, peers }: SpeakerConfig): Generator<string> {
  const seen = new Map<string, number>();
  for (const [i, one] of peers.entries()) {
    const at = `peers[${i}]`;
    const before = seen.get(one.address);
    if (before !== undefined) {
      yield `${at}.address: ${one.address} is the address of peers[${before}] too; incoming sessions are told apart by it`;
    }
    seen.set(one.address, i);
    if (!one.passive && one.transport === "tls" && settings === undefined)
      yield `${at}.transport: tls needs the key "tls"`;
    if (one.passive && listeners.length === 0) yield `${at}.passive: a passive peer needs an entry in "listen"`;
    if (one.role !== undefined && one.as === localAs) yield `${at}.role: roles are for external peers (RFC 9234 §4)`;
    if (one.routeReflectorClient && one.as !== localAs)
      yield `${at}.routeReflectorClient: a client is an internal peer`;
  }
  const names = peers.map((one) => one.name ?? one.address);
  for (const name of new Set(names.filter((one, i) => names.indexOf(one) !== i))) {
    yield `peers: two peers are named "${name}"; give each its own "name"`;
  }
  for (const [i, one] of listeners.entries()) {
    if (one.transport !== "tls") continue;
    if (settings?.cert === undefined || settings.key === undefined) {
      yield `listen[${i}].transport: tls needs "tls.cert" and "tls.key", two PEM files`;
    }
  }
  if (settings?.mutual && settings.ca === undefined) yield `tls.mutual: needs "tls.ca", the certificates to trust`;
}

const describeIssue = (issue: z.core.$ZodIssue): string => {
  const path = issue.path.map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("");
  const where = path.replace(/^\./, "") || "the configuration";
  switch (issue.code) {
    case "unrecognized_keys":
      return `${where}: unknown key ${issue.keys.map((key) => `"${key}"`).join(", ")}; allowed are ${allowedAt(issue.path)}`;
    case "invalid_value":
      return `${where}: must be one of ${issue.values.map((value) => JSON.stringify(value)).join(", ")}`;
    default:
      return `${where}: ${issue.message}`;
  }
};

const allowedAt = (path: readonly PropertyKey[]): string => {
  const shapes: Record<string, z.ZodObject> = { "": speaker, listen, tls, peers: peer };
  const key = String(path[0] ?? "");
  const shape = path.includes("addPath") ? { ipv4: 0, ipv6: 0 } : (shapes[key]?.shape ?? {});
  return Object.keys(shape).join(", ");
};
