import { describeAlert } from "./alert.js";
import { describe } from "./endpoint.js";
import type { Endpoint, FailureKind } from "./stream.js";

/** Why a connection came to nothing, for machines and for people. */
export interface Failure {
  readonly kind: FailureKind;
  readonly reason: string;
}

export const failure = (kind: FailureKind, reason: string): Failure => ({ kind, reason });

/** An error of a socket or of OpenSSL, while we made a connection with `remote` in this role. */
export const explain = (error: NodeJS.ErrnoException, remote: Endpoint, role: "client" | "server"): Failure => {
  const code = error.code ?? "";
  const alert = /SSL alert number (\d+)/.exec(error.message)?.[1];
  if (alert !== undefined) return failure("alert", describeAlert(Number(alert)));
  return ofSystem(code, remote) ?? ofCertificate(code, error.message) ?? ofTls(code, error.message, role);
};

/** Why an established stream ended. */
export const explainEnd = (error: NodeJS.ErrnoException): string => {
  if (error.code === "ECONNRESET" || error.code === "EPIPE") return "connection reset by the peer";
  if (error.code === "ETIMEDOUT") return "the peer does not answer any more (TCP timed out)";
  const alert = /SSL alert number (\d+)/.exec(error.message)?.[1];
  if (alert !== undefined) return describeAlert(Number(alert));
  return `connection broken: ${opensslSays(error.message)}`;
};

const ofSystem = (code: string, remote: Endpoint): Failure | null => {
  const where = describe(remote);
  switch (code) {
    case "ECONNREFUSED":
      return failure("refused", `connection to ${where} refused: nobody listens there`);
    case "EHOSTUNREACH":
    case "ENETUNREACH":
    case "EHOSTDOWN":
    case "ENETDOWN":
      return failure("unreachable", `${where} cannot be reached (${code})`);
    case "ETIMEDOUT":
      return failure("timeout", `no answer from ${where} (TCP timed out)`);
    case "ECONNRESET":
    case "ECONNABORTED":
    case "EPIPE":
      return failure("closed", `${where} closed the connection before it was ready`);
    case "EADDRNOTAVAIL":
      return failure("local", `cannot connect to ${where} from that source address: this machine does not have it`);
    case "EADDRINUSE":
      return failure("local", `cannot connect to ${where}: the source address and port are in use`);
    case "EACCES":
    case "EPERM":
      return failure("local", `cannot connect to ${where}: our system does not allow it (${code})`);
    case "EMFILE":
    case "ENFILE":
    case "ENOBUFS":
    case "ENOMEM":
    case "EINVAL":
    case "EAFNOSUPPORT":
      return failure("local", `cannot connect to ${where}: our system says ${code}`);
    default:
      return null;
  }
};

/** Node reports what OpenSSL thinks of a chain by the names in OpenSSL's x509_vfy.h, without their X509_V_ERR_. */
const ofCertificate = (code: string, message: string): Failure | null => {
  switch (code) {
    case "CERT_HAS_EXPIRED":
      return failure("expired", "the peer's certificate, or one above it, has expired");
    case "CERT_NOT_YET_VALID":
      return failure("expired", "the peer's certificate, or one above it, is not valid yet");
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return failure("name", `the peer's certificate is for someone else: ${altNames(message)}`);
    case "ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE":
      return failure("no-certificate", "the peer showed no certificate, and mutual authentication asks for one");
    case "DEPTH_ZERO_SELF_SIGNED_CERT":
      return failure("untrusted", "the peer's certificate is self-signed and not among those we trust");
    case "SELF_SIGNED_CERT_IN_CHAIN":
    case "UNABLE_TO_VERIFY_LEAF_SIGNATURE":
    case "UNABLE_TO_GET_ISSUER_CERT":
    case "UNABLE_TO_GET_ISSUER_CERT_LOCALLY":
      return failure("untrusted", "the peer's certificate was not issued by an authority that we trust");
    default:
      return /^(CERT_|INVALID_|PATH_|UNABLE_TO_|CRL_|HOSTNAME_|OUT_OF_MEM)/.test(code)
        ? failure("untrusted", `the peer's certificate is not accepted: ${code}`)
        : null;
  }
};

const ofTls = (code: string, message: string, role: "client" | "server"): Failure => {
  switch (code) {
    // OpenSSL's word for a first record whose version is no version of TLS: a marker (0xFF…) or text.
    case "ERR_SSL_WRONG_VERSION_NUMBER":
      if (role === "server") return failure("protocol", "the peer broke off TLS in the handshake with something else");
      return failure(
        "plain-bgp",
        "the peer answered in plain BGP, or anything but TLS: it does not speak TLS on this port",
      );
    case "ERR_SSL_UNSUPPORTED_PROTOCOL":
    case "ERR_SSL_VERSION_TOO_LOW":
    case "ERR_SSL_NO_PROTOCOLS_AVAILABLE":
      return failure("protocol", "the peers have no TLS version in common");
    case "ERR_SSL_NO_SHARED_CIPHER":
    case "ERR_SSL_NO_SUITABLE_GROUPS":
    case "ERR_SSL_NO_SUITABLE_KEY_SHARE":
    case "ERR_SSL_NO_SUITABLE_SIGNATURE_ALGORITHM":
      return failure("protocol", `the peers have no TLS parameters in common: ${opensslSays(message)}`);
    case "ERR_TLS_HANDSHAKE_TIMEOUT":
      return failure("timeout", "the TLS handshake was not finished in time");
    default:
      return failure("protocol", `the TLS handshake failed: ${opensslSays(message)}`);
  }
};

/** Node: "Hostname/IP does not match certificate's altnames: IP: 127.0.0.1 is not in the cert's list: …". */
const altNames = (message: string): string => message.replace(/^.*?altnames:\s*/, "").trim() || message;

/** Of OpenSSL's `id:error:code:library:function:reason:file:line:` the reason. */
const opensslSays = (message: string): string =>
  /error:[^:]*:[^:]*:[^:]*:([^:]+):/.exec(message)?.[1] ?? message.trim();
