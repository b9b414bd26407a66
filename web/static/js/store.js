// Joined with worker.js by the node. What the worker remembers: the posts that wait (`queue`, by their key) and single facts (`facts`).

function opened() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open("archipel", 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("queue", { keyPath: "key" });
      asked.result.createObjectStore("facts");
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function within(store, mode, act) {
  const database = await opened();
  try {
    return await new Promise((resolve, reject) => {
      const request = act(database.transaction(store, mode).objectStore(store));
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  } finally {
    database.close();
  }
}

const put = (store, value) => within(store, "readwrite", (held) => held.put(value));
const list = (store) => within(store, "readonly", (held) => held.getAll());
const drop = (key) => within("queue", "readwrite", (held) => held.delete(key));
const read = (name) => within("facts", "readonly", (held) => held.get(name));
const write = (name, value) => within("facts", "readwrite", (held) => held.put(value, name));
