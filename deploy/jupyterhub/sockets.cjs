// For node --require: makes the proxy keep its connections to sockets open.
//
// Otherwise it sends "connection: close" with each request. After a body Node makes one more, empty
// write; if the server has answered and closed the socket by then, that fails with EPIPE (a port
// does not fail), and the browser gets 503 instead of the answer.

const http = require("node:http");

// Idle connections are closed here after a minute; tornado would keep them for an hour.
const agent = new http.Agent({ keepAlive: true, timeout: 60_000 });
const request = http.request;

http.request = (options, ...more) => {
  if (options.socketPath && options.headers?.connection === "close") {
    options = { ...options, agent, headers: { ...options.headers, connection: "keep-alive" } };
  }
  return request(options, ...more);
};
