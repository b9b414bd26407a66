// What another app handed over (worker.js kept it) goes into the composer: words into the text, files as if chosen.

const NAMES = ["title", "text", "url"];

function facts(mode, act) {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open("archipel", 1);
    asked.onerror = () => reject(asked.error);
    asked.onsuccess = () => {
      const database = asked.result;
      const request = act(database.transaction("facts", mode).objectStore("facts"));
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
      database.close();
    };
  });
}

export default (form) => {
  async function take() {
    const held = await facts("readonly", (store) => store.get("shared"));
    if (!held) return;
    const words = NAMES.map((name) => held.find(([key]) => key === name)?.[1].trim()).filter(Boolean);
    const text = form.elements.text;
    // A draft that is there stays, above what was shared.
    const fresh = [...new Set(words)].filter((one) => !text.value.includes(one));
    text.value = [text.value.trim(), ...fresh].filter(Boolean).join("\n");
    text.dispatchEvent(new Event("input", { bubbles: true }));
    const files = new DataTransfer();
    for (const [, value] of held) if (value instanceof File) files.items.add(value);
    if (files.files.length) {
      form.elements.pictures.files = files.files;
      form.elements.pictures.dispatchEvent(new Event("change", { bubbles: true }));
    }
    await facts("readwrite", (store) => store.delete("shared"));
    history.replaceState(history.state, "", location.pathname);
  }
  take();
};
