import type { Canary } from "./canary.js";
import { attributes } from "./patches/attributes.js";
import { framing } from "./patches/framing.js";
import { furtherAttributes } from "./patches/further-attributes.js";
import { furtherOpen } from "./patches/further-open.js";
import { furtherOthers } from "./patches/further-others.js";
import { furtherRoutes } from "./patches/further-routes.js";
import { furtherUpdate } from "./patches/further-update.js";
import { innerAttributes } from "./patches/inner-attributes.js";
import { innerOpen } from "./patches/inner-open.js";
import { innerRoutes } from "./patches/inner-routes.js";
import { innerSession } from "./patches/inner-session.js";
import { open } from "./patches/open.js";
import { others } from "./patches/others.js";
import { routes } from "./patches/routes.js";
import { session } from "./patches/session.js";
import { update } from "./patches/update.js";

/** `B43.9` stands before `B43.10`. */
const byNumber = new Intl.Collator("en", { numeric: true });

/** Every canary, by id. */
export const canaries: readonly Canary[] = [
  ...framing,
  ...open,
  ...update,
  ...attributes,
  ...routes,
  ...others,
  ...session,
  ...furtherOpen,
  ...furtherUpdate,
  ...furtherAttributes,
  ...furtherRoutes,
  ...furtherOthers,
  ...innerAttributes,
  ...innerSession,
  ...innerOpen,
  ...innerRoutes,
].sort((a, b) => byNumber.compare(a.id, b.id));

export const canaryOf = (id: string): Canary | undefined => canaries.find((one) => one.id === id);
