// What the last exchange with the server was like, told below its answer.

import { useSyncExternalStore } from "react";

export type Exchange = { status: string; isGood: boolean; bytes: number; millis: number };

let last: Exchange | null = null;
let lastTab = 0;
const watchers = new Set<() => void>();

export function showExchange(exchange: Exchange | null) {
  last = exchange;
  watchers.forEach((tell) => tell());
}

/** Another tab shows another answer, or none. */
export function leaveTab(tab: number) {
  if (tab !== lastTab) {
    lastTab = tab;
    showExchange(null);
  }
}

export function ExchangeSummary() {
  const exchange = useSyncExternalStore(watch, () => last);
  if (exchange === null) {
    return <p className="vigil-exchange">&nbsp;</p>;
  }
  return (
    <p className="vigil-exchange" role="status">
      <span className={exchange.isGood ? "status" : "status bad"}>{exchange.status}</span>
      <span>{Math.max(1, Math.round(exchange.millis))} ms</span>
      <span>{size(exchange.bytes)}</span>
    </p>
  );
}

function watch(tell: () => void) {
  watchers.add(tell);
  return () => {
    watchers.delete(tell);
  };
}

function size(bytes: number): string {
  return bytes < 1000 ? `${bytes} B` : `${(bytes / 1000).toFixed(1)} kB`;
}
