/** The VRM that the caller has brought: kept in this browser (IndexedDB) and nowhere else. One at a time. */

const DATABASE = "open-avatar-chat", STORE = "faces", KEY = "vrm";

/** @throws DOMException where the browser forbids it, or has no room */
export async function keepVrm(file: Blob): Promise<void> {
  await within("readwrite", (store) => store.put(file, KEY));
}

/** Null when there is none, or the browser does not give it. */
export async function readVrm(): Promise<Blob | null> {
  const file = await within("readonly", (store) => store.get(KEY)).catch(() => null);
  return file instanceof Blob ? file : null;
}

export async function forgetVrm(): Promise<void> {
  await within("readwrite", (store) => store.delete(KEY)).catch(() => {});
}

async function within<T>(
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
  const database = await settled(opening);
  try {
    return await settled(work(database.transaction(STORE, mode).objectStore(STORE)));
  } finally {
    database.close();
  }
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
