// Which tasks this browser has seen solved. It is kept here only: the lab stores nothing on the server.

const KEY = "overshoot-lab-solved";

function known() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? [];
  } catch {
    return []; // no storage here, or something else in it
  }
}

export function remember(task) {
  try {
    localStorage.setItem(KEY, JSON.stringify([...new Set([...known(), task])]));
  } catch {
    // Then the list of tasks does not mark it; nothing else is lost.
  }
}

for (const mark of document.querySelectorAll("[data-done]")) mark.hidden = !known().includes(mark.dataset.done);
