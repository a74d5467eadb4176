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

  /** Resolves when so many sessions have come and gone. */
  async run({ count }: { count: number }): Promise<SessionsRun> {
    if (client === null) throw new RangeError("there is no set-up");
    const cpu = process.cpuUsage();
    const sessions = await client.run(count);
    const { user, system } = process.cpuUsage(cpu);
    return { ...sessions, cpuSeconds: (user + system) / 1e6, pauseMs: client.pauseMs };
  },
};

export type HandshakeActions = typeof actions;

serve(actions);
