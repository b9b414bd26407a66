// Files of a draft that the node does not have yet, kept on this device by the draft's place: `[{ file, words }]`.

const NAME = "archipel-unsent";
const STORE = "files";

function within(mode, act) {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE);
    asked.onerror = () => reject(asked.error);
    asked.onsuccess = () => {
      const database = asked.result;
      const transaction = database.transaction(STORE, mode);
      const request = act(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
      database.close();
    };
  });
}

export const unsent = async (place) => (await within("readonly", (held) => held.get(place))) ?? [];

export function keepUnsent(place, files) {
  const kept = within("readwrite", (held) => (files.length ? held.put(files, place) : held.delete(place)));
  // A device that has no room keeps no file: it is in the form all the same.
  return kept.catch(() => {});
}
