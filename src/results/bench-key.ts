import { z } from "zod";
import { otherFamilies, type Transport, transports } from "./bench.js";

/** The schemas of `ConvergenceKey`: what a row against a target with tables says first. */
export const tableKey: {
  readonly target: z.ZodString;
  readonly version: z.ZodType<string | null>;
  readonly transport: z.ZodType<Transport>;
  readonly note: z.ZodExactOptional<z.ZodString>;
  readonly prefixes: z.ZodInt;
  readonly peers: z.ZodInt;
  readonly table: z.ZodExactOptional<z.ZodString>;
  readonly family: z.ZodExactOptional<z.ZodType<(typeof otherFamilies)[number]>>;
} = {
  target: z.string().min(1),
  version: z.string().nullable(),
  transport: z.enum(transports),
  note: z.string().exactOptional(),
  prefixes: z.int().nonnegative(),
  peers: z.int().nonnegative(),
  table: z.string().exactOptional(),
  family: z.enum(otherFamilies).exactOptional(),
};
