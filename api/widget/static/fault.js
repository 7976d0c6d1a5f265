// Tells the loader why there is no widget; nothing that is said is secret, so any page may hear it.

parent.postMessage({ type: "fault", reason: document.body.dataset.fault }, "*");
