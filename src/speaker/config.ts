import { isIP } from "node:net";
import { z } from "zod";
import { sameAddress } from "./address.js";
import { ConfigError, type SpeakerConfig } from "./settings.js";

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
  requireAlpn: z.boolean().optional(),
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
  tcpAoCapability: z
    .union([z.boolean(), z.number()])
    .refine(
      (code) => typeof code === "boolean" || (Number.isInteger(code) && code >= 239 && code <= 254),
      "must be true, false, or a code of 239 to 254",
    )
    .optional(),
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
  for (const [i, one] of peers.entries()) {
    const at = `peers[${i}]`;
    const before = peers.findIndex((other) => sameAddress(other.address, one.address));
    if (before < i) {
      yield `${at}.address: ${one.address} is the address of peers[${before}] too; incoming sessions are told apart by it`;
    }
    if (one.localAddress !== undefined && isIP(one.localAddress) !== isIP(one.address)) {
      yield `${at}.localAddress: must be of the same kind as ${one.address}, an IPv${isIP(one.address)} address`;
    }
    if (!one.passive && one.transport === "tls" && settings === undefined)
      yield `${at}.transport: tls needs the key "tls"`;
    if (one.passive && !listeners.some(({ transport }) => transport === one.transport)) {
      yield `${at}.passive: a passive peer needs an entry in "listen" with transport ${one.transport}`;
    }
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
