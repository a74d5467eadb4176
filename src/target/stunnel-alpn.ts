import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { findProgram } from "./daemon.js";
import { TargetError } from "./target.js";

/**
 * stunnel has no ALPN: as a server it never calls SSL_CTX_set_alpn_select_cb (looked up in 5.68; no option, and none of
 * OpenSSL's configuration commands, leads there). A library that is loaded before OpenSSL does it at each SSL_new.
 * As Node's server does, it refuses a client that offers other protocols only (RFC 7301 §3.2) with
 * no_application_protocol; unlike ours, it lets one pass that offers none. It is written without headers and linked
 * without libraries, so that a compiler alone is enough: what it calls is in the process that loads it.
 */
const SOURCE = `
extern void *dlsym(void *, const char *);
extern int memcmp(const void *, const void *, unsigned long);
#define RTLD_NEXT ((void *)-1L)

enum { OK = 0, ALERT_FATAL = 2, LENGTH = 5 };
static const unsigned char botls[LENGTH] = { 'b', 'o', 't', 'l', 's' };

typedef int select_cb(void *, const unsigned char **, unsigned char *, const unsigned char *, unsigned int, void *);

static int choose(void *ssl, const unsigned char **out, unsigned char *out_length, const unsigned char *offered,
                  unsigned int length, void *unused) {
  (void)ssl;
  (void)unused;
  for (unsigned int at = 0; at < length; at += 1u + offered[at]) {
    if (offered[at] != LENGTH || length - at <= LENGTH || memcmp(offered + at + 1, botls, LENGTH) != 0) continue;
    *out = botls;
    *out_length = LENGTH;
    return OK;
  }
  return ALERT_FATAL;
}

void *SSL_new(void *context) {
  void *(*make)(void *);
  void (*set)(void *, select_cb *, void *);
  *(void **)&make = dlsym(RTLD_NEXT, "SSL_new");
  *(void **)&set = dlsym(RTLD_NEXT, "SSL_CTX_set_alpn_select_cb");
  if (make == 0 || set == 0) return 0;
  set(context, choose, 0);
  return make(context);
}
`;

const COMPILERS = ["cc", "gcc", "clang"];

/** The compiler that makes the library; null when there is none. */
export const findCompiler = (): string | null => COMPILERS.map(findProgram).find((program) => program !== null) ?? null;

/** Compiles the library into `directory` and gives its file. Rejects with TargetError. */
export const makeAlpnLibrary = async (compiler: string, directory: string): Promise<string> => {
  const source = join(directory, "alpn.c");
  const library = join(directory, "alpn.so");
  writeFileSync(source, SOURCE);
  try {
    await promisify(execFile)(compiler, ["-shared", "-fPIC", "-nostdlib", "-O1", "-o", library, source], {
      timeout: PATIENCE_MS,
    });
  } catch (error) {
    const { stderr = "", message } = error as Error & { stderr?: string };
    const why = /error: .*/.exec(stderr)?.[0] ?? message.split("\n")[0];
    throw new TargetError(`stunnel: ${compiler} does not compile what gives it ALPN: ${why}`);
  }
  return library;
};

const PATIENCE_MS = 30_000;
