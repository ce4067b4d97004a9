// Lint for the schema and for the documents. The rules of both recommended sets hold; each
// departure says why. ESLint runs in the repository's root, for it lints nothing above its folder.
import { fileURLToPath } from "node:url";

import graphql from "@graphql-eslint/eslint-plugin";

const inRoot = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

const schemaRules = {
  ...graphql.configs["flat/schema-recommended"].rules,

  // The set asks for descriptions of types only. Here everything that a client may meet has one.
  "@graphql-eslint/require-description": [
    "error",
    {
      types: true,
      rootField: true,
      DirectiveDefinition: true,
      EnumValueDefinition: true,
      FieldDefinition: true,
      InputValueDefinition: true,
      // The arguments of the specification's own directives, which the server's library prints.
      ignoredSelectors: [
        "DirectiveDefinition[name.value=/^(deprecated|include|skip|specifiedBy)$/] > InputValueDefinition",
      ],
    },
  ],

  // Rows have an id. What only wraps or summarises rows is nothing a client could cache or refetch.
  "@graphql-eslint/strict-id-in-types": [
    "error",
    {
      exceptions: {
        // Parts of another object, and what is computed: nothing of it is kept by an id of its own.
        types: [
          "AlertCause",
          "AlertRuleBacktest",
          "AlertRuleBacktestDay",
          "AlertRuleBacktestFire",
          "AlertRulePrecision",
          "Dashboard",
          "HealthOverride",
          "HealthReason",
          "OpenAlerts",
          "PageInfo",
          "PairingHealth",
          "SchemaBook",
          "SchemaCheck",
          "SchemaColumn",
          "SchemaDiagram",
          "SchemaIndex",
          "SchemaQuery",
          "SchemaReference",
          "SchemaRule",
          "SchemaStatement",
          "SchemaTable",
          "UserError",
        ],
        suffixes: ["Connection", "Counts", "Edge", "Group", "Payload", "Standing"],
      },
    },
  ],
};

const operationRules = {
  ...graphql.configs["flat/operations-recommended"].rules,

  // It wants `id` in every selection, for normalising caches. Leaving it out must work as well, and
  // some documents here do so on purpose.
  "@graphql-eslint/require-selections": "off",
};

export default [
  {
    files: ["**/*.graphql"],
    languageOptions: {
      parser: graphql.parser,
      parserOptions: {
        graphQLConfig: {
          schema: inRoot("schema.graphql"),
          documents: inRoot("tests/clients/documents/*.graphql"),
        },
      },
    },
    plugins: { "@graphql-eslint": graphql },
  },
  { files: ["schema.graphql"], rules: schemaRules },
  { files: ["tests/clients/documents/*.graphql"], rules: operationRules },
];
