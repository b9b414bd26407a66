// Who calls what of masto.js, and what the node answered: each prints one line of JSON for the test.

const SPECIAL = new Set(["then", "catch", "finally", "toJSON"]);
const called = { name: "" };
const fetched = globalThis.fetch;

export function print(line) {
  console.log(JSON.stringify(line));
}

export function say(step, found) {
  print({ step, found });
}

// A client whose every call is noted by its name, such as v1.accounts.$select.follow.
export function watched(client, ...names) {
  return new Proxy(() => {}, {
    get(_, name) {
      if (typeof name === "symbol") return client[name];
      return SPECIAL.has(name) ? undefined : watched(client[name], ...names, name);
    },
    apply(_, __, words) {
      if (names.at(-1) === "$select") return watched(client(...words), ...names);
      called.name = names.join(".");
      print({ call: called.name });
      return client(...words);
    },
  });
}

globalThis.fetch = async (request) => {
  const { name } = called;
  const answer = await fetched(request);
  const body = await answer.clone().text();
  print({ answer: name, method: request.method, path: new URL(request.url).pathname, status: answer.status, body });
  return answer;
};

// Ask until the answer is as wanted: what others did arrives a little later.
export async function until(ask, wanted) {
  for (let tries = 0; ; tries++) {
    const found = await ask();
    if (wanted(found) || tries === 200) return found;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

// The status with which a call is refused.
export function refused(promise) {
  return Promise.resolve(promise).then(() => 200, (error) => error.statusCode);
}

export const ids = (found) => found.map((one) => one.id);
export const accts = (found) => found.map((one) => one.acct).sort();

export const picture = new Blob([Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64")]);
