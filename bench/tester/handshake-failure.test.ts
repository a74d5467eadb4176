import { describe, expect, it } from "vitest";
import { failureOf } from "./handshake-failure.js";

const kindOf = (message: string, code?: string): string =>
  failureOf(Object.assign(new Error(message), code === undefined ? {} : { code }), { address: "127.0.0.1", port: 179 })
    .kind;

describe("failureOf", () => {
  it.each([
    ["connect ECONNREFUSED 127.0.0.1:179", "ECONNREFUSED", "refused"],
    ["read ECONNRESET", "ECONNRESET", "reset"],
    ["write EPIPE", "EPIPE", "reset"],
    ["connect ETIMEDOUT", "ETIMEDOUT", "timeout"],
    ["connect EADDRNOTAVAIL", "EADDRNOTAVAIL", "local"],
    ["certificate has expired", "CERT_HAS_EXPIRED", "expired"],
    ["unable to verify the first certificate", "UNABLE_TO_VERIFY_LEAF_SIGNATURE", "untrusted"],
  ])("%s", (message, code, kind) => {
    expect(kindOf(message, code)).toBe(kind);
  });

  it("names TLS alerts", () => {
    const alert = (number: number): string =>
      kindOf(`00:error:0A000418:SSL routines:ssl3_read_bytes:x:../ssl/record.c:1:SSL alert number ${number}`);
    expect(alert(116)).toBe("alert certificate_required");
    expect(alert(120)).toBe("alert no_application_protocol");
    expect(alert(199)).toBe("alert 199");
  });
});
