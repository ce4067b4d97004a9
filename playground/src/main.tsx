// The page: GraphiQL, opened with documents that show what Vigil is for.

import { GraphiQL } from "graphiql";
import { createRoot } from "react-dom/client";

import { signedIn } from "./credentials";
import { ExchangeSummary, leaveTab } from "./exchange";
import { tabs } from "./examples";
import { fetcher } from "./fetcher";
import "graphiql/style.css";
import "./style.css";

function Page() {
  return (
    <GraphiQL
      fetcher={fetcher}
      defaultTabs={tabs}
      onTabChange={({ activeTabIndex }) => leaveTab(activeTabIndex)}
      defaultEditorToolsVisibility="variables"
      {...signedIn()}
      // Headers carry credentials: they are kept only if somebody asks for it in the settings.
      shouldPersistHeaders={false}
      showPersistHeadersSettings
      inputValueDeprecation
      schemaDescription
    >
      <GraphiQL.Logo>
        <a className="vigil-logo" href="/schema.graphql" target="_blank" title="Read the schema">
          <Eye />
          Vigil
        </a>
      </GraphiQL.Logo>
      <GraphiQL.Footer>
        <ExchangeSummary />
      </GraphiQL.Footer>
    </GraphiQL>
  );
}

function Eye() {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="2" aria-hidden="true">
      <path d="M2 12s3.6-7 10-7 10 7 10 7-3.6 7-10 7-10-7-10-7Z" strokeLinejoin="round" />
      <circle cx="12" cy="12" r="3" fill="currentColor" stroke="none" />
    </svg>
  );
}

/** GraphiQL offers Ctrl-K for the search, but hears Command-K alone. */
function searchByCtrlK(event: KeyboardEvent) {
  const search = document.querySelector<HTMLElement>(".graphiql-doc-explorer-search-input");
  if (search !== null && event.ctrlKey && event.key === "k") {
    event.preventDefault();
    search.click();
  }
}

const place = document.getElementById("playground");
if (place === null) {
  throw new Error("index.html has no #playground");
}
window.addEventListener("keydown", searchByCtrlK);
createRoot(place).render(<Page />);
