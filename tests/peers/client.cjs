// A real socket.io-client, driven by JSON lines on standard input, telling what it sees as JSON lines on standard output.
//   node client.cjs URL SOURCE_ADDRESS OPTIONS_JSON
// The options are the client's defaults but for an agent with a source address of its own.
"use strict";
const path = require("path");
const http = require("http");
const readline = require("readline");
const { io } = require(path.join(process.env.ROUNDHOUSE_NODE_MODULES, "socket.io-client"));

const [url, source, optionsText] = process.argv.slice(2);
const agent = new http.Agent({ localAddress: source });
const say = (event, more) => console.log(JSON.stringify({ event, ...more }));

const socket = io(url, { agent, ...JSON.parse(optionsText || "{}") });
socket.on("connect", () => say("connect", { id: socket.id, transport: socket.io.engine.transport.name }));
// From the engine's start: the upgrade may come before the namespace is connected.
socket.io.on("open", () => {
  socket.io.engine.on("upgrade", (transport) => say("upgrade", { transport: transport.name }));
  socket.io.engine.on("upgradeError", (error) => say("upgradeError", { message: error.message }));
});
socket.on("connect_error", (error) =>
  say("connect_error", {
    message: error.message,
    status: error.description && typeof error.description === "number" ? error.description : null,
    body: (error.context && error.context.responseText) || null,
    data: error.data || null,
  }));
socket.on("disconnect", (reason) => say("disconnect", { reason }));
socket.onAny((name, ...args) => say("received", { name, args }));

readline.createInterface({ input: process.stdin })
  .on("line", (line) => {
    const [verb, ...rest] = JSON.parse(line);
    if (verb === "emit") socket.emit(...rest);
    else if (verb === "ask") socket.emit(...rest, (...answer) => say("ack", { of: rest[0], answer }));
    else if (verb === "disconnect") socket.disconnect();
  })
  .on("close", () => process.exit(0));
setTimeout(() => { say("deadline"); process.exit(3); }, 50000).unref();
