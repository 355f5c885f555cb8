// What an officer's phone keeps for hours without a network is forgotten here (docs/decisions/0017):
// the bare page wherever somebody has to sign in, and with it what was typed when its officer signs out. What waits to be sent stays.

const NAME = "shouwang-field";

async function forgetTyped() {
  const db = await new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME);
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  try {
    if (!db.objectStoreNames.contains("typed")) return;
    await new Promise((resolve) => {
      const transaction = db.transaction("typed", "readwrite");
      transaction.objectStore("typed").clear();
      transaction.oncomplete = transaction.onerror = transaction.onabort = resolve;
    });
  } finally {
    db.close();
  }
}

const forgetPage = () => globalThis.caches?.delete(NAME);

if (location.pathname.endsWith("/accounts/login/")) forgetPage();

document.addEventListener("submit", async (event) => {
  if (!event.target.matches('form[action$="/accounts/logout/"]')) return;
  event.preventDefault();
  try {
    await Promise.all([forgetPage(), forgetTyped()]);
  } finally {
    event.target.submit();
  }
});
