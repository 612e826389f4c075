"""Send a roster to Biyong over AMQP, and print what became of each row.

pip install -r requirements.txt
AMQP_URL=amqps://branch.ID:PASSWORD@HOST:5671 python send_roster.py KEY roster.csv

KEY is yours, and new for each roster: sent again with the same rows, it is one roster.
Ends with 0: all rows taken, 1: some are not, 2: refused or not sent, 3: no answer.
"""

import csv
import json
import os
import sys

import pika
from pika.exceptions import AMQPError

WAIT_SECONDS = 60
TAKEN = {"enrolled", "waitlisted", "already-enrolled"}


def read_event(key, file, user):
    with open(file, encoding="utf-8-sig", newline="") as lines:
        table = enumerate(csv.DictReader(lines), 2)  # as a spreadsheet counts
        rows = [{**row, "row": number} for number, row in table]
    return {
        "specversion": "1.0",
        "id": key,
        "source": f"/{user}",
        "type": "branch.roster.sent.v1",
        "data": {"roster_id": key, "key": key, "rows": rows},
    }


def publish(channel, user, event):
    properties = pika.BasicProperties(
        user_id=user,
        message_id=event["id"],
        content_type="application/cloudevents+json",
        delivery_mode=2,
    )
    body = json.dumps(event, ensure_ascii=False).encode()
    channel.confirm_delivery()  # from here on, publishing waits for the broker
    channel.basic_publish(
        "biyong.branches", f"{user}.roster", body, properties, mandatory=True
    )


def wait_for_answer(channel, queue, key):
    for method, _, body in channel.consume(queue, inactivity_timeout=WAIT_SECONDS):
        if method is None:
            break
        event = json.loads(body)
        code = show_answer(event["data"])
        channel.basic_ack(method.delivery_tag)
        if key in (event["data"].get("chunk_id"), event["data"].get("message_id")):
            return code
    print(f"no answer yet: send {key} again, or ask later", file=sys.stderr)
    return 3


def show_answer(data):
    if "rows" not in data:
        print("refused", data["reason"], data.get("place", ""), data.get("detail", ""))
        return 2
    for row in data["rows"]:
        print(row["row"], row["outcome"], row.get("reason", ""), row.get("detail", ""))
    return int(any(row["outcome"] not in TAKEN for row in data["rows"]))


def main(key, file):
    parameters = pika.URLParameters(os.environ["AMQP_URL"])
    user = parameters.credentials.username
    event = read_event(key, file, user)
    try:
        with pika.BlockingConnection(parameters) as connection:
            channel = connection.channel()
            publish(channel, user, event)
            return wait_for_answer(channel, f"{user}.receipts", key)
    except (AMQPError, OSError) as error:
        print(f"refused or not sent: {error!r}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
