import type { Canary } from "./canary.js";
import { attributes } from "./patches/attributes.js";
import { framing } from "./patches/framing.js";
import { furtherAttributes } from "./patches/further-attributes.js";
import { furtherOpen } from "./patches/further-open.js";
import { furtherOthers } from "./patches/further-others.js";
import { furtherRoutes } from "./patches/further-routes.js";
import { furtherUpdate } from "./patches/further-update.js";
import { innerOpen } from "./patches/inner-open.js";
import { innerRoutes } from "./patches/inner-routes.js";
import { open } from "./patches/open.js";
import { others } from "./patches/others.js";
import { routes } from "./patches/routes.js";
import { session } from "./patches/session.js";
import { update } from "./patches/update.js";

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
  ...innerOpen,
  ...innerRoutes,
].sort((a, b) => (a.id < b.id ? -1 : 1));

export const canaryOf = (id: string): Canary | undefined => canaries.find((one) => one.id === id);
