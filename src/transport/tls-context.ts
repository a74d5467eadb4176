import { constants } from "node:crypto";
import { isIP } from "node:net";
import { checkServerIdentity, createSecureContext, type SecureContext, type SecureContextOptions } from "node:tls";
import type { TlsOptions } from "./stream.js";

/** The ALPN token of BGP over TLS: offered alone, and required (seed "Summary of operation"; draft -05 "ALPN"). */
export const ALPN = "botls";

/** Whether a handshake that agreed on `selected` (as Node has it: false for nothing) may carry BGP. */
export const acceptsAlpn = ({ requireAlpn = true }: TlsOptions, selected: string | false | null): boolean =>
  selected === ALPN || (!selected && !requireAlpn);

/** What both kinds of TLS end are made of, checked against the profile. Throws RangeError that names the option. */
export const contextOptions = (tls: TlsOptions, role: "client" | "server"): SecureContextOptions => {
  const strict = tls.profile === "draft-05";
  if (strict) checkStrict(tls, role);
  if ((tls.cert === undefined) !== (tls.key === undefined)) {
    throw new RangeError(
      `tls.${tls.cert === undefined ? "cert" : "key"} is missing: a certificate and its key go together`,
    );
  }
  if (role === "server" && tls.cert === undefined)
    throw new RangeError("tls.cert and tls.key are missing: a TLS server needs both");
  if (role === "server" && tls.mutual === true && tls.ca === undefined) {
    throw new RangeError("tls.ca is missing: mutual authentication needs to know whose client certificates to trust");
  }
  const minVersion = tls.minVersion ?? (strict ? "TLSv1.3" : "TLSv1.2");
  const maxVersion = tls.maxVersion ?? "TLSv1.3";
  if (minVersion > maxVersion)
    throw new RangeError(`tls.minVersion ${minVersion} is above tls.maxVersion ${maxVersion}`);
  return {
    minVersion,
    maxVersion,
    ...(tls.cert !== undefined && { cert: tls.cert, key: tls.key }),
    ...(tls.ca !== undefined && { ca: tls.ca }),
    ...(tls.groups !== undefined && { ecdhCurve: tls.groups }),
    // Draft -05 "TLS Session Continuity": each new connection validates certificates anew, so none is resumed.
    ...(strict && { secureOptions: constants.SSL_OP_NO_TICKET }),
  };
};

/**
 * OpenSSL's view of the options. One context serves all connections made from the same options object: to read the
 * certificates each time would cost more than the handshake. Throws RangeError when OpenSSL rejects a part.
 */
export const contextOf = (tls: TlsOptions, role: "client" | "server"): SecureContext => {
  const cache = contexts[role];
  const known = cache.get(tls);
  if (known !== undefined) return known;
  const options = contextOptions(tls, role);
  try {
    const context = createSecureContext(options);
    cache.set(tls, context);
    return context;
  } catch (error) {
    const says = error instanceof Error ? error.message : String(error);
    throw new RangeError(`tls: cert, key, ca or groups is not usable: ${says}`, { cause: error });
  }
};

/** Who the server must prove to be: SNI for a DNS name (RFC 6066 §3 has no addresses), and the comparison. */
export const expectServer = (
  tls: TlsOptions,
  address: string,
): { servername?: string; checkServerIdentity: typeof checkServerIdentity } => {
  const name = tls.serverName ?? address;
  return {
    ...(isIP(name) === 0 && { servername: name }),
    checkServerIdentity: (_host, certificate) => checkServerIdentity(name, certificate),
  };
};

const contexts = {
  client: new WeakMap<TlsOptions, SecureContext>(),
  server: new WeakMap<TlsOptions, SecureContext>(),
} as const;

/** Draft -05 "Initiating the TLS Procedure": TLS 1.3 with mutual authentication, and nothing below. */
const checkStrict = (tls: TlsOptions, role: "client" | "server"): void => {
  if (tls.minVersion === "TLSv1.2" || tls.maxVersion === "TLSv1.2") {
    throw new RangeError("tls.minVersion and tls.maxVersion: profile draft-05 allows TLSv1.3 only");
  }
  if (tls.requireAlpn === false) throw new RangeError("tls.requireAlpn: profile draft-05 makes ALPN mandatory");
  if (tls.mutual === false) throw new RangeError("tls.mutual: profile draft-05 makes mutual authentication mandatory");
  for (const part of ["cert", "key", "ca"] as const) {
    if (tls[part] === undefined)
      throw new RangeError(`tls.${part} is missing: profile draft-05 makes mutual authentication mandatory`);
  }
  if (role === "client" && tls.session !== undefined) {
    throw new RangeError("tls.session: profile draft-05 has every handshake validate certificates, so none is resumed");
  }
};
