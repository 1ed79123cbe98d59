// For node --require: the proxy keeps its connections to sockets open, as it does those to ports.
//
// By itself it asks the server to close each one. When it has sent a body, Node writes nothing once
// more, to end it; where the server has answered and closed meanwhile, a socket, unlike a port, says
// EPIPE to that, and the browser is told 503 in place of the answer.

const http = require("node:http");

// An idle connection is closed from this end: tornado waits for an hour.
const agent = new http.Agent({ keepAlive: true, timeout: 60_000 });
const request = http.request;

http.request = (options, ...more) => {
  if (options.socketPath && options.headers?.connection === "close") {
    options = { ...options, agent, headers: { ...options.headers, connection: "keep-alive" } };
  }
  return request(options, ...more);
};
