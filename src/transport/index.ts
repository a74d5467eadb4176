// Not `certificates.ts`: its library is large, and only tests, demos and benchmarks need it.
export { describeTlsOnPlainPort, looksLikeClientHello } from "./client-hello.js";
export { connect } from "./connect.js";
export { listen } from "./listen.js";
export { type ManualPump, type MemoryOptions, manualPump, memoryPipe } from "./memory.js";
export type {
  ConnectHandlers,
  ConnectOptions,
  Endpoint,
  FailureKind,
  Listener,
  ListenHandlers,
  ListenOptions,
  PeerCertificate,
  Pending,
  Security,
  Stream,
  StreamHandlers,
  TlsOptions,
  TlsVersion,
} from "./stream.js";
