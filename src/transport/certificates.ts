// @peculiar/x509 is built with decorators and needs this before it.
import "reflect-metadata";
import { isIP } from "node:net";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  cryptoProvider,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";

export type KeyType = "p256" | "rsa2048" | "ed25519";

export interface CertificateOptions {
  /** Kind of all the keys, the authority's too. */
  readonly key: KeyType;
  /** DNS names and IP addresses that both leaves carry as subject alternative names; at least one. */
  readonly names: readonly string[];
  /** When the leaves are valid. Default: from a day ago to 30 days from now. */
  readonly validity?: { readonly from: Date; readonly to: Date };
}

/** PEM text: a certificate and its private key (PKCS #8). */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

export interface Certificates {
  /** The authority that issued both. */
  readonly ca: string;
  readonly server: Identity;
  readonly client: Identity;
}

/**
 * A fresh authority and two identities from it, for tests, demos and benchmarks: the keys are in the clear.
 *
 * Each identity may be used in both roles, as a BGP speaker takes both (draft -05 "Connection and Session Management").
 * Throws RangeError without names.
 */
export const makeCertificates = async (options: CertificateOptions): Promise<Certificates> => {
  if (options.names.length === 0) throw new RangeError("names: a certificate needs at least one name or address");
  cryptoProvider.set(globalThis.crypto);
  const authority = await makeAuthority(options.key);
  return {
    ca: authority.certificate.toString("pem"),
    server: await makeLeaf("server", options, authority),
    client: await makeLeaf("client", options, authority),
  };
};

type Keys = Awaited<ReturnType<typeof makeKeys>>;

interface Authority {
  readonly certificate: X509Certificate;
  readonly keys: Keys;
}

const DAY_MS = 24 * 3600 * 1000;

const ALGORITHMS = {
  p256: { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" },
  rsa2048: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) },
  ed25519: { name: "Ed25519" },
} as const;

const makeKeys = async (type: KeyType) => {
  const pair = await globalThis.crypto.subtle.generateKey(ALGORITHMS[type], true, ["sign", "verify"]);
  if (!("privateKey" in pair)) throw new Error(`${type} gave no key pair`);
  return pair;
};

const makeAuthority = async (type: KeyType): Promise<Authority> => {
  const keys = await makeKeys(type);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: [{ CN: ["Kiln test authority"] }],
    keys,
    signingAlgorithm: ALGORITHMS[type],
    // Valid around any period that a test asks for, so that only the leaf is at fault.
    notBefore: new Date(Date.now() - 3650 * DAY_MS),
    notAfter: new Date(Date.now() + 3650 * DAY_MS),
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate, keys };
};

const makeLeaf = async (
  role: "server" | "client",
  { key, names, validity }: CertificateOptions,
  authority: Authority,
): Promise<Identity> => {
  const keys = await makeKeys(key);
  const certificate = await X509CertificateGenerator.create({
    subject: [{ CN: [`${names[0]} (${role})`] }],
    issuer: authority.certificate.subject,
    publicKey: keys.publicKey,
    signingKey: authority.keys.privateKey,
    signingAlgorithm: ALGORITHMS[key],
    notBefore: validity?.from ?? new Date(Date.now() - DAY_MS),
    notAfter: validity?.to ?? new Date(Date.now() + 30 * DAY_MS),
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
      new SubjectAlternativeNameExtension(names.map((value) => ({ type: isIP(value) === 0 ? "dns" : "ip", value }))),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      await AuthorityKeyIdentifierExtension.create(authority.certificate),
    ],
  });
  const pkcs8 = await globalThis.crypto.subtle.exportKey("pkcs8", keys.privateKey);
  return { cert: certificate.toString("pem"), key: PemConverter.encode(pkcs8, "PRIVATE KEY") };
};
