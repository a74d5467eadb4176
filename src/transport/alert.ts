/** What a TLS alert says, RFC 8446 §6 and RFC 5246 §7.2; RFC 7301 §3.2 for 120. */
const ALERTS: ReadonlyMap<number, readonly [name: string, meaning: string]> = new Map([
  [0, ["close_notify", "it closed the session"]],
  [10, ["unexpected_message", "it did not expect what we sent"]],
  [20, ["bad_record_mac", "a record of ours did not verify"]],
  [22, ["record_overflow", "a record of ours was too long"]],
  [40, ["handshake_failure", "it could not agree on our versions, suites or groups, or misses our certificate"]],
  [42, ["bad_certificate", "our certificate is damaged"]],
  [43, ["unsupported_certificate", "it cannot use a certificate of our kind"]],
  [44, ["certificate_revoked", "our certificate was revoked"]],
  [45, ["certificate_expired", "our certificate is expired or not valid yet"]],
  [46, ["certificate_unknown", "it does not accept our certificate"]],
  [47, ["illegal_parameter", "a field of our handshake was wrong"]],
  [48, ["unknown_ca", "it does not trust who issued our certificate"]],
  [49, ["access_denied", "it does not let us in"]],
  [50, ["decode_error", "it could not read a message of ours"]],
  [51, ["decrypt_error", "a signature or Finished of ours did not verify"]],
  [70, ["protocol_version", "it speaks none of our TLS versions"]],
  [71, ["insufficient_security", "it wants stronger suites than ours"]],
  [80, ["internal_error", "something went wrong on its side"]],
  [86, ["inappropriate_fallback", "it saw a needless fallback"]],
  [90, ["user_canceled", "it gave up"]],
  [109, ["missing_extension", "it misses an extension"]],
  [110, ["unsupported_extension", "it did not expect an extension of ours"]],
  [112, ["unrecognized_name", "it does not know the server name we sent"]],
  [113, ["bad_certificate_status_response", "it does not accept our OCSP response"]],
  [115, ["unknown_psk_identity", "it does not know our key"]],
  [116, ["certificate_required", "it wants a certificate from us"]],
  [120, ["no_application_protocol", 'it does not know the application protocol "botls"']],
]);

/** The clause that tells people what the peer told us. */
export const describeAlert = (code: number): string => {
  const [name, meaning] = ALERTS.get(code) ?? ["unknown", "a meaning we do not know"];
  return `the peer sent the TLS alert ${name} (${code}): ${meaning}`;
};

/** `certificate_required`; the number of one that has no name. */
export const alertName = (code: number): string => ALERTS.get(code)?.[0] ?? String(code);

/** RFC 7301 §3.2: what a server answers to a client that offers none of its protocols. */
export const NO_APPLICATION_PROTOCOL = 120;

/** A fatal alert in the clear, as it may be sent before any keys were agreed on (RFC 5246 §7.2, RFC 8446 §5.1). */
export const fatalAlert = (code: number): Uint8Array => Uint8Array.of(0x15, 0x03, 0x03, 0, 2, 2, code);
