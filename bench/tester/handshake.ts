import { type ClientSetup, HandshakeClient, type Sessions } from "./handshake-client.js";
import { serve } from "./worker.js";

/** A process of peers that set up sessions and end them. */

export interface SessionsRun extends Sessions {
  /** CPU of this process meanwhile. */
  readonly cpuSeconds: number;
  /** The longest pause that a peer has come to make between its sessions. */
  readonly pauseMs: number;
}

let client: HandshakeClient | null = null;

const actions = {
  setup(setup: ClientSetup): void {
    client = new HandshakeClient(setup);
  },

  /** Closed loop. Resolves when so many sessions have come and gone. */
  run({ count }: { count: number }): Promise<SessionsRun> {
    return counted((one) => one.run(count));
  },

  /** Open loop: sessions at these times, in milliseconds from now. */
  runAt({ dueMs }: { dueMs: readonly number[] }): Promise<SessionsRun> {
    return counted((one) => one.runAt(dueMs));
  },
};

const counted = async (work: (client: HandshakeClient) => Promise<Sessions>): Promise<SessionsRun> => {
  if (client === null) throw new RangeError("there is no set-up");
  const cpu = process.cpuUsage();
  const sessions = await work(client);
  const { user, system } = process.cpuUsage(cpu);
  return { ...sessions, cpuSeconds: (user + system) / 1e6, pauseMs: client.pauseMs };
};

export type HandshakeActions = typeof actions;

serve(actions);
