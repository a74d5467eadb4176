import type { FieldReader } from "../fields.js";
import { familyTuples } from "./tuples.fields.js";

/** draft-abraitis-idr-addpath-paths-limit. */
export const fields = (reader: FieldReader): void => {
  familyTuples(reader, 5, (tuple) => {
    tuple.u16("paths limit");
  });
};
