// Typed code for the documents, as a front end would generate it.
import type { CodegenConfig } from "@graphql-codegen/cli";

const config: CodegenConfig = {
  schema: "../../schema.graphql",
  documents: "documents/*.graphql",
  generates: {
    "generated/": {
      preset: "client",
      presetConfig: {
        fragmentMasking: false,
        // Also writes `persisted-documents.json`, which `http.trusted_documents` names.
        persistedDocuments: { hashAlgorithm: "sha256" },
      },
      config: {
        enumsAsTypes: true,
        useTypeImports: true,
        // A scalar that nobody has mapped below is an error, not an `any`.
        strictScalars: true,
        scalars: {
          DateTime: "string",
          ID: "string",
          JSON: "unknown",
          LocalDate: "string",
          LocalTime: "string",
          TimeZone: "string",
          UUID: "string",
        },
      },
    },
  },
};

export default config;
