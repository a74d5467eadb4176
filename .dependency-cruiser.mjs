// Who may import whom (see README, "The house"). Each row: a room, and the rooms of ours it may look into.
const mayImport = {
  "src/codec": [],
  "src/session": ["src/codec"],
  "src/rib": ["src/codec"],
  "src/explain": ["src/codec", "src/session"],
  "src/policy": ["src/codec"],
  "src/table": ["src/codec"],
  "src/transport": [],
  "src/results": [],
  "src/report": ["src/results"],
  "src/speaker": ["src/codec", "src/session", "src/rib", "src/policy", "src/transport"],
  "src/target": ["src/speaker", "src/table", "src/codec", "src/transport"],
  fuzz: ["src/(?!cli)[^/]+"],
  bench: ["src/(?!cli)[^/]+"],
};

const tests = "\\.(test|arb)\\.ts$";

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...Object.entries(mayImport).map(([room, allowed]) => ({
      name: `${room} looks only where it may`,
      severity: "error",
      from: { path: `^${room}/`, pathNot: tests },
      to: { path: "^(src|fuzz|bench)/", pathNot: `^(${[room, ...allowed].join("|")})/` },
    })),
    {
      name: "nothing imports cli",
      severity: "error",
      from: { pathNot: "^(src/cli|test)/" },
      to: { path: "^src/cli/" },
    },
    {
      name: "codec, session and rib do no I/O",
      severity: "error",
      from: { path: "^src/(codec|session|rib)/", pathNot: tests },
      to: { dependencyTypes: ["core", "npm", "npm-dev"] },
    },
    {
      name: "what ships needs no development tool",
      severity: "error",
      from: { path: "^src/", pathNot: tests },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"] },
    },
    {
      // Else it works here by chance, hoisted from a development tool, and not where Kiln is installed.
      name: "what is imported is declared",
      severity: "error",
      from: {},
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown"] },
    },
    {
      name: "no cycles",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    { name: "nothing unresolved", severity: "error", from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    // As Node resolves packages that have nothing but `exports`.
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default"] },
  },
};
