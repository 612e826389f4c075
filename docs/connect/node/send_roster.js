// Send a roster to Biyong over AMQP, and print what became of each row.
//
// npm ci
// AMQP_URL=amqps://branch.ID:PASSWORD@HOST:5671 node send_roster.js KEY roster.csv
//
// KEY is yours, and new for each roster: sent again with the same rows, it is one roster.
// Ends with 0: all rows taken, 1: some are not, 2: refused or not sent, 3: no answer.
import { readFileSync } from "node:fs";
import amqp from "amqplib";

const WAIT_MS = 60_000;
const TAKEN = ["enrolled", "waitlisted", "already-enrolled"];
const [key, file] = process.argv.slice(2);
const user = decodeURIComponent(new URL(process.env.AMQP_URL).username);

function readEvent() {
  // Cells without quotes or commas; take a library for other files.
  const lines = readFileSync(file, "utf8").replace(/^\uFEFF/, "").trim().split(/\r?\n/);
  const [heads, ...table] = lines.map((line) => line.split(","));
  const rows = table.map((cells, at) => ({
    ...Object.fromEntries(heads.map((head, i) => [head, cells[i]])),
    row: at + 2, // as a spreadsheet counts
  }));
  const data = { roster_id: key, key, rows };
  return { specversion: "1.0", id: key, source: `/${user}`, type: "branch.roster.sent.v1", data };
}

function publish(channel, event) {
  const properties = {
    userId: user,
    messageId: event.id,
    contentType: "application/cloudevents+json",
    persistent: true,
    mandatory: true,
  };
  const body = Buffer.from(JSON.stringify(event));
  return new Promise((resolve, reject) => {
    channel.on("error", reject); // says why; the confirm only says that it was refused
    channel.publish("biyong.branches", `${user}.roster`, body, properties, (refused) => {
      if (refused) setTimeout(reject, 1000, refused);
      else resolve();
    });
  });
}

function waitForAnswer(channel) {
  return new Promise((resolve) => {
    const noAnswer = () => {
      console.error(`no answer yet: send ${key} again, or ask later`);
      resolve(3);
    };
    const timer = setTimeout(noAnswer, WAIT_MS);
    channel.consume(`${user}.receipts`, (message) => {
      const { data } = JSON.parse(message.content.toString());
      const code = showAnswer(data);
      channel.ack(message);
      if (key !== data.chunk_id && key !== data.message_id) return;
      clearTimeout(timer);
      resolve(code);
    });
  });
}

function showAnswer(data) {
  if (!data.rows) {
    console.log("refused", data.reason, data.place ?? "", data.detail ?? "");
    return 2;
  }
  for (const row of data.rows)
    console.log(row.row, row.outcome, row.reason ?? "", row.detail ?? "");
  return data.rows.every((row) => TAKEN.includes(row.outcome)) ? 0 : 1;
}

try {
  const connection = await amqp.connect(process.env.AMQP_URL);
  connection.on("error", () => {}); // what was under way says it
  const channel = await connection.createConfirmChannel();
  await publish(channel, readEvent());
  process.exitCode = await waitForAnswer(channel);
  await channel.close(); // behind this, what was acknowledged does not come again
  await connection.close();
} catch (error) {
  console.error("refused or not sent:", error.message);
  process.exit(2);
}
