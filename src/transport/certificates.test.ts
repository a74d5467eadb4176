import { createPrivateKey, X509Certificate } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type KeyType, makeCertificates } from "./certificates.js";

describe("makeCertificates", () => {
  it.each([
    ["p256", "ec"],
    ["rsa2048", "rsa"],
    ["ed25519", "ed25519"],
  ] as const satisfies readonly (readonly [KeyType, string])[])(
    "makes %s identities that OpenSSL reads",
    async (key, type) => {
      const made = await makeCertificates({ key, names: ["router.example", "192.0.2.1", "2001:db8::1"] });
      const ca = new X509Certificate(made.ca);
      expect(ca.ca).toBe(true);
      expect(ca.verify(ca.publicKey)).toBe(true);
      for (const identity of [made.server, made.client]) {
        const certificate = new X509Certificate(identity.cert);
        expect(certificate.ca).toBe(false);
        expect(certificate.checkIssued(ca)).toBe(true);
        expect(certificate.verify(ca.publicKey)).toBe(true);
        expect(certificate.checkIP("192.0.2.1")).toBe("192.0.2.1");
        expect(certificate.checkIP("2001:db8::1")).toBe("2001:db8::1");
        expect(certificate.checkHost("router.example")).toBe("router.example");
        expect(certificate.checkIP("192.0.2.2")).toBeUndefined();
        expect(identity.key).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
        expect(createPrivateKey(identity.key).asymmetricKeyType).toBe(type);
        expect(certificate.checkPrivateKey(createPrivateKey(identity.key))).toBe(true);
      }
      expect(made.server.key).not.toBe(made.client.key);
    },
  );

  it("dates the identities, not the authority, as asked", async () => {
    const validity = { from: new Date("2020-01-01T00:00:00Z"), to: new Date("2021-01-01T00:00:00Z") };
    const made = await makeCertificates({ key: "p256", names: ["192.0.2.1"], validity });
    expect(new Date(new X509Certificate(made.server.cert).validTo)).toEqual(validity.to);
    expect(new Date(new X509Certificate(made.client.cert).validFrom)).toEqual(validity.from);
    expect(new Date(new X509Certificate(made.ca).validTo).getTime()).toBeGreaterThan(Date.now());
  });

  it("needs a name", async () => {
    await expect(makeCertificates({ key: "p256", names: [] })).rejects.toThrow(RangeError);
  });
});
