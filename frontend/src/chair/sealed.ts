/**
 * Waiting entries survive a reload, sealed: they are patient data in a browser (H20 against H56). The key comes with the
 * page and belongs to the sign-in; when the sign-in ends nobody can make it again, and what is left is wiped unread.
 * Without a secure context there is no cipher: then entries are kept on the open page only, and nothing is written down.
 */

import type { Entry, Store } from "./outbox";

const IV_BYTES = 12;

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

function base64Of(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

export function sealedStore(storage: Storage, name: string, keyBase64: string, subtle: SubtleCrypto | undefined): Store | undefined {
  if (subtle === undefined || !keyBase64) return undefined;
  const key = subtle.importKey("raw", bytesOf(keyBase64), "AES-GCM", false, ["encrypt", "decrypt"]);
  let last: Promise<void> = Promise.resolve();

  async function write(entries: readonly Entry[]): Promise<void> {
    if (entries.length === 0) {
      storage.removeItem(name);
      return;
    }
    const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
    const plain = new TextEncoder().encode(JSON.stringify(entries));
    const sealed = new Uint8Array(await (subtle as SubtleCrypto).encrypt({ name: "AES-GCM", iv }, await key, plain));
    storage.setItem(name, `${base64Of(iv)}.${base64Of(sealed)}`);
  }

  return {
    save(entries) {
      last = last.then(() => write(entries)); // in order: an older box never overwrites a newer one
      return last;
    },
    async load() {
      const stored = storage.getItem(name);
      if (stored === null) return [];
      const [iv, sealed] = stored.split(".");
      try {
        const plain = await subtle.decrypt({ name: "AES-GCM", iv: bytesOf(iv ?? "") }, await key, bytesOf(sealed ?? ""));
        return JSON.parse(new TextDecoder().decode(plain)) as Entry[];
      } catch (fault) {
        const unreadable = fault instanceof SyntaxError || (fault instanceof Error && fault.name === "OperationError");
        if (!unreadable) throw fault;
        storage.removeItem(name); // another sign-in's: unreadable for ever
        return [];
      }
    },
  };
}
