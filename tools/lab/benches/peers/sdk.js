// Does the same work as `lab bench`, with the official SDK or with Node's fetch, and
// prints the same figures as JSON.
//
//   node sdk.js sdk|fetch '{"url": "http://127.0.0.1:8402", "action": "get-contact-by-id",
//                           "in_flight": 64, "warm_up_ms": 1000, "time_ms": 2000}'
// With "calls" it makes this many calls, instead of calling for a time.

const [kind, given] = process.argv.slice(2);
const plan = JSON.parse(given);
const id = "con_abc123456";
const person = { role: "user", email: "name@example.com", name: "John Doe" };
const query = { field: "role", operator: "=", value: "user" };

async function sdk() {
  const { IntercomClient } = await import("intercom-client");
  const client = new IntercomClient({ token: "load-token", baseUrl: plan.url, maxRetries: 0 });
  return {
    "get-contact-by-id": () => client.contacts.find({ contact_id: id }),
    "create-contact": () => client.contacts.create(person),
    "search-contacts": () => client.contacts.search({ query, pagination: { per_page: 50 } }),
  };
}

async function plain() {
  const send = async (method, path, body) => {
    const response = await fetch(plan.url + path, {
      method,
      headers: {
        authorization: "Bearer load-token",
        accept: "application/json",
        "intercom-version": "2.14",
        ...(body && { "content-type": "application/json" }),
      },
      body: body && JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`status ${response.status}`);
    return response.json();
  };
  return {
    "get-contact-by-id": () => send("GET", `/contacts/${id}`),
    "create-contact": () => send("POST", "/contacts", person),
    "search-contacts": () =>
      send("POST", "/contacts/search", { query, pagination: { per_page: 50 } }),
  };
}

const kinds = { sdk, fetch: plain };
const call = (await kinds[kind]())[plan.action];

// Keeps calls in flight as long as `goesOn` returns true.
async function drive(goesOn) {
  const driven = { latencies: [], failures: 0, messages: [], first: undefined };
  const caller = async () => {
    while (goesOn()) {
      const start = performance.now();
      try {
        await call();
      } catch (error) {
        driven.failures += 1;
        if (driven.messages.length < 3) driven.messages.push(String(error).split("\n")[0]);
      }
      driven.latencies.push(performance.now() - start);
      driven.first ??= performance.timeOrigin + performance.now();
    }
  };
  await Promise.all(Array.from({ length: plan.in_flight }, caller));
  return driven;
}

function until(milliseconds) {
  const end = performance.now() + milliseconds;
  return () => performance.now() < end;
}

if (plan.warm_up_ms) await drive(until(plan.warm_up_ms));
let left = plan.calls;
const start = performance.now();
const before = process.cpuUsage();
const driven = await drive(plan.calls ? () => left-- > 0 : until(plan.time_ms));
const cpu = process.cpuUsage(before);
const elapsed = performance.now() - start;
const sorted = Float64Array.from(driven.latencies).sort();
const permille = (share) => sorted[Math.floor(((sorted.length - 1) * share) / 1000)] * 1000;
console.log(
  JSON.stringify({
    work: plan.action,
    in_flight: plan.in_flight,
    calls: sorted.length,
    failures: driven.failures,
    messages: driven.messages,
    rate: (sorted.length / elapsed) * 1000,
    latency_us: [500, 900, 990, 999, 1000].map(permille),
    cpu_us: (cpu.user + cpu.system) / sorted.length,
    resident_bytes: process.memoryUsage.rss(),
    first_end_unix_ns: Math.round(driven.first * 1e6),
  }),
);
