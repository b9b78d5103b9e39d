// A typed client of the API: what a stranger would write against the generated types.
// It names three paths and their parameters; the compiler holds each of them, and every field read below.
import createClient from "openapi-fetch";
import type { paths } from "./build/api.js";

declare const process: { argv: string[]; exitCode: number };

// Lists can be had as CSV too: this client asks for JSON (and problems), so its types are those.
type Media = "application/json" | "application/problem+json";
const client = createClient<paths, Media>({ baseUrl: process.argv[2] ?? "http://127.0.0.1:8000" });
const pact = "soviet-japanese-neutrality-pact";

function expect(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`expected ${what}`);
}

// A filtered list.
const list = await client.GET("/v1/treaties", {
  params: { query: { party: ["empire-of-japan"], sort: "date", limit: 100 } },
});
expect(list.data !== undefined, `a list, not ${JSON.stringify(list.error)}`);
expect(
  list.data.data.every((treaty) => treaty.parties.some((party) => party.actor.id === "empire-of-japan")),
  "only treaties of the Empire of Japan",
);
expect(list.data.data.some((treaty) => treaty.id === pact), `${pact} in the list`);
console.log(`${list.data.data.length} treaties bound the Empire of Japan`);

// One record, and the pages on which each provision rests.
const one = await client.GET("/v1/treaties/{id}", { params: { path: { id: pact } } });
expect(one.data !== undefined, `${pact}, not ${JSON.stringify(one.error)}`);
const treaty = one.data.data;
expect(treaty.signed?.edtf === "1941-04-13", `${pact} signed on 13 April 1941`);
expect(treaty.provisions.length > 0, "a provision");
let pages = 0;
for (const [index, provision] of treaty.provisions.entries()) {
  const pointer = `/provisions/${index}`;
  const rests = treaty.citations.filter(({ supports }) =>
    supports.some((supported) => supported === pointer || supported.startsWith(`${pointer}/`)),
  );
  pages += rests.length;
  console.log(`  ${provision.text} — ${rests.map((citation) => citation.text).join("; ") || "uncited"}`);
}
expect(pages > 0, "a provision that rests on a page");

// A problem.
const none = await client.GET("/v1/treaties/{id}", { params: { path: { id: "no-such-treaty" } } });
expect(none.error !== undefined && none.data === undefined, "a problem");
expect(none.response.status === 404 && none.error.status === 404, "404 in the status line and in the body");
console.log(`  no-such-treaty: ${none.error.title}`);
